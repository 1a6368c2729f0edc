using System.Globalization;
using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>The loss or a gradient became infinite or not a number. The weights before that step are kept.</summary>
public sealed class TrainingDivergedException : TransferLearningException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="step">The index of the step over all epochs, from 0.</param>
    /// <param name="learningRate">The learning rate of that step.</param>
    public TrainingDivergedException(long step, double learningRate)
        : base(string.Create(
            CultureInfo.InvariantCulture,
            $"Training diverged: the loss or a gradient of step {step} is not finite, with a learning rate of {learningRate:G6}. ") +
            "Train with a lower learning rate, with gradient clipping, or with a warm-up.")
    {
        Step = step;
        LearningRate = learningRate;
    }

    /// <summary>The index of the step over all epochs, from 0.</summary>
    public long Step { get; }

    /// <summary>The learning rate of that step.</summary>
    public double LearningRate { get; }

    /// <summary>
    /// The model with the weights of the last epoch that was completed, or as it was before training; null where no model was at hand.
    /// </summary>
    public OnnxModel? LastGoodModel { get; internal init; }
}
