using Microsoft.ML;
using Microsoft.ML.Data;

namespace TransferLearning.MLNet;

/// <summary>Reads the image of the current row.</summary>
/// <remarks>Not safe for use from several threads at once. What it returns stays valid when the row moves on.</remarks>
internal abstract class ImageReader
{
    private readonly DataViewRow _row;

    private ImageReader(DataViewRow row) => _row = row;

    /// <summary>What error messages call an image without a path.</summary>
    protected string Name => FormattableString.Invariant($"the image of row {_row.Position}");

    /// <summary>Creates a reader of a column, which must be active.</summary>
    public static ImageReader Create(DataViewRow row, ImageColumn column)
    {
        var found = row.Schema[column.Name];
        return column.Kind switch
        {
            ImageKind.Path => new Paths(row, found),
            ImageKind.Bytes => new Contents(row, found),
            _ => new Images(row, found),
        };
    }

    /// <summary>The image of the current row, to be computed once.</summary>
    /// <exception cref="ImageDecodeException">The row has no image.</exception>
    public virtual ImageSource Read()
    {
        var (path, content) = Keep();
        return ImageSource.Of(path, content);
    }

    /// <summary>The image of the current row, to be kept for training: its path or name, and its content where it is not a file.</summary>
    /// <exception cref="ImageDecodeException">The row has no image.</exception>
    public abstract (string Path, ImageContent? Content) Keep();

    private sealed class Paths(DataViewRow row, DataViewSchema.Column column) : ImageReader(row)
    {
        private readonly ValueGetter<ReadOnlyMemory<char>> _getter = row.GetGetter<ReadOnlyMemory<char>>(column);

        public override (string Path, ImageContent? Content) Keep()
        {
            ReadOnlyMemory<char> path = default;
            _getter(ref path);
            return path.IsEmpty ? throw new ImageDecodeException(Name, "its path is empty") : (path.ToString(), null);
        }
    }

    private sealed class Contents(DataViewRow row, DataViewSchema.Column column) : ImageReader(row)
    {
        private readonly ValueGetter<VBuffer<byte>> _getter = row.GetGetter<VBuffer<byte>>(column);
        private VBuffer<byte> _bytes;

        public override (string Path, ImageContent? Content) Keep()
        {
            _getter(ref _bytes);
            byte[] copy = new byte[_bytes.Length];
            _bytes.CopyTo(copy);
            return (Name, new EncodedImage(copy));
        }
    }

    private sealed class Images(DataViewRow row, DataViewSchema.Column column) : ImageReader(row)
    {
        private readonly ValueGetter<MLImage> _getter = row.GetGetter<MLImage>(column);

        /// <summary>
        /// Passed to the getter of the next row. Whether the previous image is disposed is up to the producer: one that loads images
        /// disposes it, and one that hands out objects of the application must not.
        /// </summary>
        private MLImage? _image;

        public override ImageSource Read() => ImageSource.FromPixels(Pixels(), Name);

        public override (string Path, ImageContent? Content) Keep()
        {
            using var pixels = Pixels();
            return (Name, ImagePixels.Content(pixels));
        }

        private PixelImage Pixels()
        {
            _getter(ref _image!);
            return _image is null ? throw new ImageDecodeException(Name, "there is no image") : ImagePixels.Copy(_image, Name);
        }
    }
}
