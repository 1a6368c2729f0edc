using System.Numerics.Tensors;

namespace TransferLearning;

/// <summary>Measures a network on examples that it is not trained on.</summary>
internal static class HeldOutScore
{
    /// <summary>The mean cross-entropy and the accuracy with the weights as they are. The first view of each example counts.</summary>
    public static (double Loss, double Accuracy) Of(StepSession session, TrainingExamples examples)
    {
        double loss = 0;
        int correct = 0;
        int classes = session.Graph.Classes;
        for (int first = 0; first < examples.Count; first += session.BatchSize)
        {
            int real = Math.Min(session.BatchSize, examples.Count - first);
            for (int i = 0; i < real; i++)
                examples[first + i].CopyTo(session.Input.Span[(i * examples.Length)..]);
            session.Forward();
            for (int i = 0; i < real; i++)
            {
                ReadOnlySpan<float> logits = session.Logits.Span.Slice(i * classes, classes);
                int label = examples.Labels[first + i];
                int predicted = TensorPrimitives.IndexOfMax(logits);
                correct += predicted == label ? 1 : 0;
                loss += LogSumExp(logits, logits[predicted]) - logits[label];
            }
        }

        return (loss / examples.Count, (double)correct / examples.Count);
    }

    private static double LogSumExp(ReadOnlySpan<float> values, float maximum)
    {
        double sum = 0;
        foreach (float value in values)
            sum += Math.Exp((double)value - maximum);
        return maximum + Math.Log(sum);
    }
}
