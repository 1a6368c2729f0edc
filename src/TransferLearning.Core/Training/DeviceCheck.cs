using System.Globalization;
using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace TransferLearning;

/// <summary>
/// Compares a step on a device with the same step on the processor, before the first one counts: the loss, every gradient, the weights
/// after the update, and the logits of validation. A provider that writes nothing, or into memory that nobody reads, fails here.
/// </summary>
/// <remarks>
/// Accelerators multiply with 10 bits (TF32, half precision), which moves gradients of a deep network by some percent; what is wrong is off
/// by as much as the gradient itself. The targets are moved to the next class for the comparison, so that the gradient is large even where
/// the head was fitted to the images already.
/// </remarks>
/// <param name="device">The step on the device.</param>
/// <param name="parameters">The weights of <paramref name="device"/> in the memory of the process.</param>
/// <param name="processor">The same step on the processor.</param>
/// <param name="expected">The weights of <paramref name="processor"/>: the same.</param>
/// <param name="execution">What <paramref name="device"/> runs on, for the message.</param>
internal sealed class DeviceCheck(
    DeviceStepSession device, ParameterStore parameters, HostStepSession processor, ParameterStore expected, ExecutionOptions execution)
{
    /// <summary>How far the loss may be off, as a share of it, or of 1 where it is less.</summary>
    public const double LossTolerance = 0.02;

    /// <summary>How far all gradients together, logits and updated weights may be off, as a share of their Euclidean length.</summary>
    public const double Tolerance = 0.1;

    /// <summary>How far the gradient of one tensor may be off, as a share of its length.</summary>
    public const double TensorTolerance = 0.3;

    /// <summary>The gradient of a tensor counts as this share of all gradients at least, so that near-zero ones do not fail.</summary>
    private const double SmallShare = 0.05;

    /// <summary>Large enough to move every weight visibly.</summary>
    private const double LearningRate = 0.1;

    /// <summary>Compares, and leaves the weights of the device as they were.</summary>
    /// <exception cref="DeviceException">The device computes other numbers, or cannot compute the step.</exception>
    /// <exception cref="OperationCanceledException">The session was cancelled.</exception>
    public void Require()
    {
        float[] weights = parameters.Weights.ToArray(), statistics = device.Statistics.Values.ToArray();
        device.Statistics.Values.CopyTo(processor.Statistics.Values);
        device.Batch.Input.CopyTo(processor.Batch.Input);
        for (int i = 0; i < device.Batch.Masks.Count; i++)
            device.Batch.Masks[i].CopyTo(processor.Batch.Masks[i]);
        MoveTargets();
        try
        {
            CompareSteps(weights);
            CompareCopies();
            device.Forward();
            processor.Forward();
            RequireNear("the logits of validation", processor.Logits.Span, device.Logits.Span, Tolerance);
        }
        catch (OnnxRuntimeException error)
        {
            throw DeviceException.Of(
                execution,
                $"It cannot compute a training step: {error.Message.Trim()} Where memory is short, train with smaller batches or a later " +
                "freeze point; otherwise train on the processor, or with another backbone.",
                error);
        }

        // Back to the start: the step was for comparison only.
        weights.CopyTo(parameters.Weights);
        statistics.CopyTo(device.Statistics.Values);
        foreach (var slot in parameters.Slots)
            slot.Span.Clear();
        device.Send();
    }

    private void CompareSteps(float[] weights)
    {
        float[] gradients = new float[parameters.Length];
        var actual = device.Compute(LearningRate, step: 1);
        device.FetchGradients(gradients);
        var wanted = processor.Compute(LearningRate, step: 1);
        if (!(Math.Abs(actual.Loss - wanted.Loss) <= LossTolerance * Math.Max(1, Math.Abs(wanted.Loss))))
            throw Different(FormattableString.Invariant(
                $"the loss of the first batch is {actual.Loss:G4} there and {wanted.Loss:G4} on the processor"));
        RequireNear("the logits", processor.Logits.Span, device.Logits.Span, Tolerance);
        RequireNear("the gradients of the first batch", expected.Gradients.Span, gradients, Tolerance);
        for (int i = 0; i < expected.Parameters.Count; i++)
        {
            RequireNear(
                $"the gradient of '{expected.Parameters[i].Name}'",
                expected.Slice(expected.Gradients, i).Span,
                expected.Slice(gradients, i).Span,
                TensorTolerance,
                SmallShare * wanted.GradientNorm);
        }

        if (!(Math.Abs(actual.GradientNorm - wanted.GradientNorm) <= Tolerance * wanted.GradientNorm))
            throw Different("the length of the gradients is another than on the processor");

        // The rule of the optimizer is compared on the same gradients: Adam's first step follows the sign of each, also of those that are
        // zero but for rounding.
        gradients.CopyTo(expected.Gradients);
        device.Adopt();
        processor.Adopt();
        device.Fetch();
        float[] wantedMove = new float[weights.Length], move = new float[weights.Length];
        TensorPrimitives.Subtract(expected.Weights.Span, weights, wantedMove);
        TensorPrimitives.Subtract(parameters.Weights.Span, weights, move);
        RequireNear("the change of the weights", wantedMove, move, Tolerance);
    }

    /// <summary>
    /// The next batch is copied while a step is computed, as in training: what is computed of it then must be what is computed of it after
    /// a copy that nothing else ran beside.
    /// </summary>
    private void CompareCopies()
    {
        if (device.NextBatch is not { } next)
            return;
        device.Batch.Targets.CopyTo(next.Targets);
        for (int i = 0; i < next.Masks.Count; i++)
            device.Batch.Masks[i].CopyTo(next.Masks[i]);

        // Other images than those of the step beside it.
        int length = next.Input.Length / device.BatchSize;
        for (int row = 0; row < device.BatchSize; row++)
            device.Batch.Input.Slice((device.BatchSize - 1 - row) * length, length).CopyTo(next.Input[(row * length)..]);
        device.ComputeWhile(LearningRate, step: 1, device.SendNextBatch);
        device.TakeNextBatch();
        device.Compute(LearningRate, step: 1);
        float[] ahead = device.Logits.ToArray();
        device.Compute(LearningRate, step: 1);
        RequireNear("the logits of a batch that was copied during a step", device.Logits.Span, ahead, Tolerance);
        device.TakeNextBatch();
    }

    /// <summary>The targets of the next class, on both.</summary>
    private void MoveTargets()
    {
        int classes = device.Graph.Classes;
        for (int row = 0; row < device.BatchSize; row++)
        {
            var targets = device.Batch.Targets.Span.Slice(row * classes, classes);
            float last = targets[^1];
            targets[..^1].CopyTo(targets[1..]);
            targets[0] = last;
        }

        device.Batch.Targets.CopyTo(processor.Batch.Targets);
    }

    private void RequireNear(string what, ReadOnlySpan<float> wanted, ReadOnlySpan<float> actual, double tolerance, double least = 0)
    {
        double length = Math.Max(TensorPrimitives.Norm(wanted), least);
        double distance = TensorPrimitives.Distance(wanted, actual);
        if (!(distance <= tolerance * length))
        {
            throw Different(string.Create(
                CultureInfo.InvariantCulture,
                $"{what} differ by {distance:G3}, where the processor's have the length {length:G3} and {100 * tolerance:F0}% are " +
                $"allowed"));
        }
    }

    private DeviceException Different(string what) => DeviceException.Of(
        execution,
        $"Training would go wrong there: {what}. Use another version of its package or driver, or train on the processor.");
}
