using System.Globalization;

namespace TransferLearning.Fuzz;

/// <summary>A dataset of two files: the first two bytes of an input are the length of the first file, the rest is the second.</summary>
internal abstract class DatasetTarget : FuzzTarget
{
    private static readonly ImageDecodeOptions Decoding = new() { MaxPixels = 1_000_000 };
    private static readonly ImagePreprocessor Preprocessor = new(ImagePreprocessing.ImageNet(8), Decoding);

    private readonly ScratchFolder _folder = new();
    private readonly float[] _tensor = new float[Preprocessor.TensorLength];

    /// <summary>The folder of the files.</summary>
    protected string Folder => _folder.Path;

    /// <inheritdoc/>
    public override string Run(byte[] input)
    {
        int length = input.Length < 2 ? 0 : Math.Min(input[0] | (input[1] << 8), input.Length - 2);
        var rest = input.AsSpan(Math.Min(2, input.Length));
        var dataset = Read(rest[..length], rest[length..]);
        foreach (var image in dataset.Train.Take(2))
        {
            using var content = ImageSource.Of(image).Read(Decoding);
            content.Load(Preprocessor, _tensor, image.Path);
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{dataset.Classes.Count} classes, {dataset.Problems.Count > 0}, {dataset.Validation.Count > 0}, " +
            $"{dataset.Test.Count > 0}, {int.Log2(dataset.Train.Count + 1)}");
    }

    /// <inheritdoc/>
    public override bool IsDocumented(Exception error) => error is DatasetException or ImageDecodeException;

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _folder.Dispose();
    }

    /// <summary>Writes the two files and reads the dataset.</summary>
    protected abstract ImageDataset Read(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second);

    /// <summary>Writes a file of the dataset.</summary>
    protected string Write(string name, ReadOnlySpan<byte> content) => _folder.Write(name, content);

    /// <summary>An input of two files.</summary>
    protected static byte[] Join(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        [(byte)first.Length, (byte)(first.Length >> 8), .. first, .. second];
}
