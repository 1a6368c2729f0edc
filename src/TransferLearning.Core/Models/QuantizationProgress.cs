namespace TransferLearning;

/// <summary>The stages of a quantization, in the order in which they come.</summary>
public enum QuantizationStage
{
    /// <summary>The classifier as it is sees the validation images.</summary>
    EvaluateBefore,

    /// <summary>The ranges of activations are measured on the calibration images.</summary>
    Calibrate,

    /// <summary>The quantized classifier sees the validation images.</summary>
    EvaluateAfter,
}

/// <summary>How far a quantization has come.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Completed">The number of images of the stage that are done.</param>
/// <param name="Total">The number of images of the stage.</param>
public sealed record QuantizationProgress(QuantizationStage Stage, int Completed, int Total);
