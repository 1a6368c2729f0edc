using System.Buffers;
using TransferLearning.Imaging;

namespace TransferLearning.Featurization;

/// <summary>The cache entries of one network with one preprocessing.</summary>
/// <remarks>Safe for use from many threads.</remarks>
/// <param name="files">The files.</param>
/// <param name="name">The folder of this network, a hash.</param>
internal sealed class FeatureCacheScope(FeatureCacheFolder files, string name)
{
    /// <summary>Reads the features of a picture; false when they are not there or damaged.</summary>
    public bool TryRead(PictureHash picture, Span<float> features)
    {
        int length = FeatureCacheEntry.LengthFor(features.Length);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length + 1);
        try
        {
            // One byte more than an entry has shows a file that is too long.
            int read = files.TryRead(PathOf(picture), buffer.AsSpan(0, length + 1));
            return FeatureCacheEntry.TryRead(buffer.AsSpan(0, read), picture, features);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Stores the features of a picture, as far as the disk allows.</summary>
    public void Write(PictureHash picture, ReadOnlySpan<float> features)
    {
        int length = FeatureCacheEntry.LengthFor(features.Length);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            FeatureCacheEntry.Write(picture, features, buffer.AsSpan(0, length));
            files.Write(PathOf(picture), buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Two levels keep the folders small enough to list.</summary>
    private string PathOf(PictureHash picture)
    {
        string hash = picture.ToString();
        return Path.Combine(name, hash[..2], hash[2..]);
    }
}
