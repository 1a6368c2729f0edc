namespace TransferLearning.Onnx;

/// <summary>Where the images of a batch are in a tensor.</summary>
/// <param name="Axis">The axis that holds them, alone or merged with others.</param>
/// <param name="Outer">
/// How many elements of a merged axis change more slowly than the images: 17 where tokens and images are merged.
/// </param>
internal readonly record struct BatchPlace(int Axis, long Outer);
