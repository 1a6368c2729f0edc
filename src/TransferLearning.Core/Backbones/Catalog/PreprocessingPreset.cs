namespace TransferLearning;

/// <summary>
/// Preprocessing by name (<c>imagenet</c>, <c>tf</c>, <c>caffe</c>) or from a JSON file, fitted to the input of a network.
/// </summary>
internal static class PreprocessingPreset
{
    /// <summary>The possible values, for messages.</summary>
    public const string Choices =
        "'imagenet' (PyTorch's networks), 'tf' (scaled to −1…1), 'caffe' (BGR minus means), or the path of a JSON file with the keys " +
        "width, height, resize, resizeTo, interpolation, channelOrder, layout, mean and std";

    private const int UsualSize = 224;

    /// <summary>The preprocessing of the given name or file for a network's input.</summary>
    /// <exception cref="ArgumentException">The name is no preset and no file.</exception>
    /// <exception cref="FormatException">The JSON file is malformed; the message lists every error.</exception>
    public static ImagePreprocessing Resolve(string presetOrFile, ImageInput input)
    {
        if (TryPreset(presetOrFile, input.Width ?? UsualSize) is { } preset)
        {
            return preset with
            {
                Height = input.Height ?? preset.Height,
                ResizeTo = Math.Max(preset.ResizeTo ?? 0, input.Height ?? 0),
                Layout = input.Layout,
            };
        }

        if (!File.Exists(presetOrFile))
            throw new ArgumentException($"'{presetOrFile}' is neither a preset nor a file. Give {Choices}.", nameof(presetOrFile));
        try
        {
            return ImagePreprocessing.Parse(File.ReadAllText(presetOrFile));
        }
        catch (FormatException error)
        {
            throw new FormatException($"'{presetOrFile}': {error.Message}", error);
        }
    }

    private static ImagePreprocessing? TryPreset(string name, int size) => name.ToUpperInvariant() switch
    {
        "IMAGENET" => ImagePreprocessing.ImageNet(size),
        "TF" => ImagePreprocessing.TensorFlow(size),
        "CAFFE" => ImagePreprocessing.Caffe(size),
        _ => null,
    };
}
