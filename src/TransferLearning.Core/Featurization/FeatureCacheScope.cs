using System.Buffers;

namespace TransferLearning;

/// <summary>The cache entries of one network with one preprocessing.</summary>
/// <remarks>Safe for use from many threads.</remarks>
/// <param name="files">The files.</param>
/// <param name="name">The folder of this network, a hash.</param>
internal sealed class FeatureCacheScope(FeatureCacheFolder files, string name)
{
    /// <summary>Reads the features of an image; false when they are not there or damaged.</summary>
    public bool TryRead(ImageHash image, Span<float> features)
    {
        int length = FeatureCacheEntry.LengthFor(features.Length);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length + 1);
        try
        {
            // One byte more than an entry has shows a file that is too long.
            int read = files.TryRead(PathOf(image), buffer.AsSpan(0, length + 1));
            return FeatureCacheEntry.TryRead(buffer.AsSpan(0, read), image, features);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Stores the features of an image, as far as the disk allows.</summary>
    public void Write(ImageHash image, ReadOnlySpan<float> features)
    {
        int length = FeatureCacheEntry.LengthFor(features.Length);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            FeatureCacheEntry.Write(image, features, buffer.AsSpan(0, length));
            files.Write(PathOf(image), buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Two levels keep the folders small enough to list.</summary>
    private string PathOf(ImageHash image)
    {
        string hash = image.ToString();
        return Path.Combine(name, hash[..2], hash[2..]);
    }
}
