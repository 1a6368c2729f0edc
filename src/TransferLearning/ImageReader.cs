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

    /// <summary>The image of the current row.</summary>
    /// <exception cref="ImageDecodeException">The row has no image.</exception>
    public abstract ImageSource Read();

    private sealed class Paths(DataViewRow row, DataViewSchema.Column column) : ImageReader(row)
    {
        private readonly ValueGetter<ReadOnlyMemory<char>> _getter = row.GetGetter<ReadOnlyMemory<char>>(column);

        public override ImageSource Read()
        {
            ReadOnlyMemory<char> path = default;
            _getter(ref path);
            return path.IsEmpty ? throw new ImageDecodeException(Name, "its path is empty") : ImageSource.FromFile(path.ToString());
        }
    }

    private sealed class Contents(DataViewRow row, DataViewSchema.Column column) : ImageReader(row)
    {
        private readonly ValueGetter<VBuffer<byte>> _getter = row.GetGetter<VBuffer<byte>>(column);
        private VBuffer<byte> _bytes;

        public override ImageSource Read()
        {
            _getter(ref _bytes);
            byte[] copy = new byte[_bytes.Length];
            _bytes.CopyTo(copy);
            return ImageSource.FromBytes(copy, Name);
        }
    }

    private sealed class Images(DataViewRow row, DataViewSchema.Column column) : ImageReader(row)
    {
        private readonly ValueGetter<MLImage> _getter = row.GetGetter<MLImage>(column);

        /// <summary>
        /// Given back for the next row. Whether the old image is disposed is the producer's matter: one that loads images does, and
        /// one that hands out objects of the application must not.
        /// </summary>
        private MLImage? _image;

        public override ImageSource Read()
        {
            _getter(ref _image!);
            return _image is null
                ? throw new ImageDecodeException(Name, "there is no image")
                : ImageSource.FromPixels(ImagePixels.Copy(_image, Name), Name);
        }
    }
}
