using TransferLearning.Onnx;

namespace TransferLearning;

/// <summary>The image input of a network as its file declares it: axis order and, if fixed, width and height.</summary>
/// <param name="Name">The name of the input tensor.</param>
/// <param name="Layout">The axis order.</param>
/// <param name="Width">The width in pixels; null if it is dynamic.</param>
/// <param name="Height">The height in pixels; null if it is dynamic.</param>
internal readonly record struct ImageInput(string Name, TensorLayout Layout, int? Width, int? Height)
{
    private const int Channels = 3;

    /// <summary>Reads the input of a model.</summary>
    /// <exception cref="OnnxGraphException">
    /// The model has not exactly one input of images with three channels, or it takes no floats.
    /// </exception>
    public static ImageInput Of(OnnxModel model, string name)
    {
        var inputs = model.Inputs;
        if (inputs.Count != 1)
        {
            throw new OnnxGraphException(
                $"'{name}' has {inputs.Count} inputs ({string.Join(", ", inputs.Select(input => input.Name))}); a backbone must have " +
                    "one, the images.");
        }

        if (inputs[0].ElementType != OnnxElementType.Float)
        {
            throw new OnnxGraphException(
                $"The input '{inputs[0].Name}' of '{name}' is {inputs[0].ElementType}; only Float is supported, so use the float version " +
                    "of the model.");
        }

        var shape = inputs[0].Dimensions;
        if (shape.Count == 4 && shape[1] is Channels or null && shape[3] is not Channels)
            return new ImageInput(inputs[0].Name, TensorLayout.Nchw, Side(shape[3]), Side(shape[2]));
        if (shape.Count == 4 && shape[3] is Channels)
            return new ImageInput(inputs[0].Name, TensorLayout.Nhwc, Side(shape[2]), Side(shape[1]));
        throw new OnnxGraphException(
            $"The input of '{name}' is {inputs[0]}; a backbone takes colour images as [N, 3, height, width] or [N, height, width, 3].");
    }

    /// <summary>Why a preprocessing does not fit the input, as a clause; null if it fits.</summary>
    public string? Mismatch(ImagePreprocessing preprocessing)
    {
        if (preprocessing.Layout != Layout)
            return $"the network takes {Text(Layout)} but the preprocessing writes {Text(preprocessing.Layout)}";
        if ((Width ?? preprocessing.Width) == preprocessing.Width && (Height ?? preprocessing.Height) == preprocessing.Height)
            return null;
        string taken = FormattableString.Invariant($"{Width ?? preprocessing.Width} × {Height ?? preprocessing.Height}");
        return FormattableString.Invariant(
            $"the network takes {taken} pixels but the preprocessing makes {preprocessing.Width} × {preprocessing.Height}");
    }

    private static string Text(TensorLayout layout) => layout == TensorLayout.Nhwc ? "NHWC" : "NCHW";

    private static int? Side(long? dimension) => dimension is > 0 and <= int.MaxValue ? (int)dimension : null;
}
