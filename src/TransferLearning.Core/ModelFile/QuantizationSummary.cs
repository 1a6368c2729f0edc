namespace TransferLearning;

/// <summary>
/// How a classifier was quantized and what that did; stored in the model file, so that a loaded classifier still knows it.
/// </summary>
public sealed record QuantizationSummary
{
    /// <summary>What was done, in words.</summary>
    public required string Method { get; init; }

    /// <summary>The number of convolutions that compute with integers.</summary>
    public required int Convolutions { get; init; }

    /// <summary>
    /// The number of convolutions that stayed as they were: those on the means of whole maps, and those without constant weights.
    /// </summary>
    public required int FloatConvolutions { get; init; }

    /// <summary>The number of images that the ranges of activations were measured on.</summary>
    public required int CalibrationImages { get; init; }

    /// <summary>The number of images that both classifiers were evaluated on.</summary>
    public required int ValidationImages { get; init; }

    /// <summary>The share of these images that the classifier got right before, 0 to 1.</summary>
    public required double AccuracyBefore { get; init; }

    /// <summary>The share of these images that the quantized classifier gets right, 0 to 1.</summary>
    public required double AccuracyAfter { get; init; }

    /// <summary>The share of these images that both take for the same class, 0 to 1.</summary>
    public required double Agreement { get; init; }

    /// <summary>By how much the accuracy was allowed to fall, 0 to 1.</summary>
    public required double MaxAccuracyLoss { get; init; }

    /// <summary>The size of the file before, in bytes.</summary>
    public required long BytesBefore { get; init; }

    /// <summary>The size of the file of the quantized classifier, in bytes, but for this summary.</summary>
    public required long BytesAfter { get; init; }

    /// <summary>The versions of this library, ONNX Runtime and .NET that it was quantized with.</summary>
    public required string Versions { get; init; }
}
