using Microsoft.ML.OnnxRuntime;
using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>
/// What is known of a network that takes images: the names and shapes of its input and output, checked against the preprocessing.
/// </summary>
/// <param name="Input">The name of the input.</param>
/// <param name="InputShape">Its shape; the first number is replaced by that of the batch.</param>
/// <param name="Output">The name of the output.</param>
/// <param name="RowLength">The number of floats of the output for one image.</param>
/// <param name="BatchOfOne">True when the network takes one image at a time.</param>
/// <param name="TakesPixels">True when it normalises pixels itself (<see cref="PixelInput"/>).</param>
internal sealed record ImageNetwork(
    string Input, long[] InputShape, string Output, int RowLength, bool BatchOfOne, bool TakesPixels)
{
    /// <summary>The shape of the input for one image.</summary>
    public static long[] ShapeFor(ImagePreprocessing preprocessing) => preprocessing.Layout == TensorLayout.Nchw
        ? [1, 3, preprocessing.Height, preprocessing.Width]
        : [1, preprocessing.Height, preprocessing.Width, 3];

    /// <summary>Checks a network.</summary>
    /// <param name="session">The network.</param>
    /// <param name="preprocessing">What the input is made with.</param>
    /// <param name="name">What error messages call the model.</param>
    /// <param name="output">The output that is wanted; null: the single one.</param>
    /// <param name="takesPixels">Whether the network was changed to take pixels.</param>
    /// <exception cref="OnnxGraphException">The input or output is not what images need; the message names it.</exception>
    public static ImageNetwork Of(
        OnnxSession session, ImagePreprocessing preprocessing, string name, string? output = null, bool takesPixels = false)
    {
        var (inputName, input) = Single(session.Inputs, "input", name);
        if (output is null)
            (output, _) = Single(session.Outputs, "output", name);
        else if (!session.Outputs.ContainsKey(output))
            throw new OnnxGraphException($"'{name}' has no output '{output}'; it has {Names(session.Outputs)}.");
        if (!takesPixels)
            RequireFloat(input, "input", inputName, name);
        RequireFloat(session.Outputs[output], "output", output, name);

        long[] shape = ShapeFor(preprocessing);
        int[] declared = input.Dimensions;
        if (declared.Length != shape.Length || Enumerable.Range(1, shape.Length - 1).Any(i => declared[i] >= 0 && declared[i] != shape[i]))
        {
            throw new OnnxGraphException(
                $"The input '{inputName}' of '{name}' is {Text(declared)}, but the preprocessing makes " +
                $"{Text([-1, .. shape[1..].Select(size => (int)size)])}; give a preprocessing of that size and layout.");
        }

        if (declared[0] > 1)
        {
            throw new OnnxGraphException(FormattableString.Invariant(
                $"The input '{inputName}' of '{name}' takes exactly {declared[0]} images; use {nameof(OnnxModel)}.WithFreeBatch()."));
        }

        int rowLength = RowLengthOf(session.Outputs[output].Dimensions, output, name)
            ?? Measure(session, inputName, takesPixels, shape, output, name);
        return new ImageNetwork(inputName, shape, output, rowLength, BatchOfOne: declared[0] == 1, takesPixels);
    }

    private static (string Name, NodeMetadata Tensor) Single(
        IReadOnlyDictionary<string, NodeMetadata> tensors, string kind, string name) => tensors.Count == 1
        ? (tensors.First().Key, tensors.First().Value)
        : throw new OnnxGraphException(FormattableString.Invariant(
            $"'{name}' has {tensors.Count} {kind}s ({Names(tensors)}), not one; see {nameof(OnnxModel)}.CutAt(tensor)."));

    private static void RequireFloat(NodeMetadata tensor, string kind, string tensorName, string name)
    {
        if (!tensor.IsTensor || tensor.ElementType != typeof(float))
        {
            string type = tensor.IsTensor ? tensor.ElementDataType.ToString().ToLowerInvariant() : "not a tensor";
            throw new OnnxGraphException(
                $"The {kind} '{tensorName}' of '{name}' is {type}; only float tensors are supported, so use a model of the float " +
                "version of this network.");
        }
    }

    private static int? RowLengthOf(int[] dimensions, string output, string name)
    {
        if (dimensions.Length == 0)
            throw new OnnxGraphException($"The output '{output}' of '{name}' is a single number, not one row for each image.");
        long length = 1;
        foreach (int size in dimensions.AsSpan(1))
        {
            if (size < 0)
                return null;
            length *= size;
            if (length is < 1 or > int.MaxValue)
                throw new OnnxGraphException(
                    $"The output '{output}' of '{name}' is {Text(dimensions)}, which is not a usable row for each image.");
        }

        return (int)length;
    }

    /// <summary>Some graphs leave sizes open that depend on those of the input; one run on an empty image tells.</summary>
    private static int Measure(OnnxSession session, string inputName, bool takesPixels, long[] shape, string output, string name)
    {
        long count = TensorShape.Count(shape);
        using var input = takesPixels
            ? OrtValue.CreateTensorValueFromMemory(new byte[count], shape)
            : OrtValue.CreateTensorValueFromMemory(new float[count], shape);
        using var lease = session.Enter();
        using var result = lease.Run(inputName, input, output, CancellationToken.None);
        int length = result[0].GetTensorDataAsSpan<float>().Length;
        return length > 0 ? length : throw new OnnxGraphException($"The output '{output}' of '{name}' is empty for one image.");
    }

    private static string Names(IReadOnlyDictionary<string, NodeMetadata> tensors) =>
        string.Join(", ", tensors.Keys.Select(key => $"'{key}'"));

    private static string Text(IEnumerable<int> dimensions) =>
        $"[{string.Join(',', dimensions.Select(size => size < 0 ? "N" : FormattableString.Invariant($"{size}")))}]";
}
