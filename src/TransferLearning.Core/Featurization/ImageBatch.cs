using System.Buffers;

namespace TransferLearning;

/// <summary>Consecutive images that one worker takes, with rented room for their rows, which goes back on <see cref="Dispose"/>.</summary>
/// <param name="number">The position of the batch among all batches.</param>
/// <param name="firstIndex">The position of its first image among all images.</param>
/// <param name="images">The images.</param>
/// <param name="rowLength">The number of floats for each image.</param>
internal sealed class ImageBatch(long number, int firstIndex, ImageSource[] images, int rowLength) : IDisposable
{
    private float[]? _rows = ArrayPool<float>.Shared.Rent(checked(images.Length * rowLength));

    public long Number => number;

    public int FirstIndex => firstIndex;

    public ReadOnlySpan<ImageSource> Images => images;

    /// <summary>For each image why it was left out, or null.</summary>
    public ImageDecodeException?[] Skipped { get; } = new ImageDecodeException?[images.Length];

    /// <summary>The row of one image of the batch.</summary>
    public Span<float> Row(int position) => _rows.AsSpan(position * rowLength, rowLength);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_rows is not null)
            ArrayPool<float>.Shared.Return(_rows);
        _rows = null;
    }
}
