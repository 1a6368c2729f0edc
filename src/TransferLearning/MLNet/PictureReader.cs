using Microsoft.ML;
using Microsoft.ML.Data;
using TransferLearning.Featurization;
using TransferLearning.Imaging;

namespace TransferLearning.MLNet;

/// <summary>Reads the picture of the current row.</summary>
/// <remarks>Not safe for use from several threads at once. What it returns stays valid when the row moves on.</remarks>
internal abstract class PictureReader
{
    private readonly DataViewRow _row;

    private PictureReader(DataViewRow row) => _row = row;

    /// <summary>What error messages call a picture without a path.</summary>
    protected string Name => FormattableString.Invariant($"the picture of row {_row.Position}");

    /// <summary>Creates a reader of a column, which must be active.</summary>
    public static PictureReader Create(DataViewRow row, PictureColumn column)
    {
        var found = row.Schema[column.Name];
        return column.Kind switch
        {
            PictureKind.Path => new Paths(row, found),
            PictureKind.Bytes => new Contents(row, found),
            _ => new Images(row, found),
        };
    }

    /// <summary>The picture of the current row.</summary>
    /// <exception cref="ImageDecodeException">The row has no picture.</exception>
    public abstract ImageSource Read();

    private sealed class Paths(DataViewRow row, DataViewSchema.Column column) : PictureReader(row)
    {
        private readonly ValueGetter<ReadOnlyMemory<char>> _getter = row.GetGetter<ReadOnlyMemory<char>>(column);

        public override ImageSource Read()
        {
            ReadOnlyMemory<char> path = default;
            _getter(ref path);
            return path.IsEmpty ? throw new ImageDecodeException(Name, "its path is empty") : ImageSource.FromFile(path.ToString());
        }
    }

    private sealed class Contents(DataViewRow row, DataViewSchema.Column column) : PictureReader(row)
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

    private sealed class Images(DataViewRow row, DataViewSchema.Column column) : PictureReader(row)
    {
        private readonly ValueGetter<MLImage> _getter = row.GetGetter<MLImage>(column);

        /// <summary>
        /// Given back for the next row. Whether the old picture is disposed is the producer's matter: one that loads pictures does, and
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
