using System.Numerics.Tensors;

namespace TransferLearning;

/// <summary>How a network does on examples that it is not trained on.</summary>
/// <param name="Loss">The mean cross-entropy.</param>
/// <param name="CalibratedLoss">The same at the best temperature; null where it was not asked for.</param>
/// <param name="Accuracy">The share of examples that were classified correctly.</param>
internal readonly record struct HeldOutScore(double Loss, double? CalibratedLoss, double Accuracy)
{
    /// <summary>Measures with the weights as they are. The first view of each example counts.</summary>
    public static HeldOutScore Of(StepSession session, TrainingExamples examples, bool calibrated = false)
    {
        int classes = session.Graph.Classes;
        float[] logits = new float[checked(examples.Count * classes)];
        for (int first = 0; first < examples.Count; first += session.BatchSize)
        {
            int real = Math.Min(session.BatchSize, examples.Count - first);
            for (int i = 0; i < real; i++)
                examples[first + i].CopyTo(session.Batch.Input.Span[(i * examples.Length)..]);
            session.Forward();
            session.Logits.Span[..(real * classes)].CopyTo(logits.AsSpan(first * classes));
        }

        return Of(logits, classes, [.. examples.Labels], calibrated);
    }

    private static HeldOutScore Of(float[] logits, int classes, int[] labels, bool calibrated)
    {
        double loss = 0;
        int correct = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            ReadOnlySpan<float> scores = logits.AsSpan(row * classes, classes);
            int predicted = TensorPrimitives.IndexOfMax(scores);
            correct += predicted == labels[row] ? 1 : 0;
            loss += LogSumExp(scores, scores[predicted]) - scores[labels[row]];
        }

        double? atBest = calibrated && double.IsFinite(loss) ? TemperatureSearch.CalibratedLoss(logits, classes, labels) : null;
        return new HeldOutScore(loss / labels.Length, atBest, (double)correct / labels.Length);
    }

    private static double LogSumExp(ReadOnlySpan<float> values, float maximum)
    {
        double sum = 0;
        foreach (float value in values)
            sum += Math.Exp((double)value - maximum);
        return maximum + Math.Log(sum);
    }
}
