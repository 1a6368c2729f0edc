using System.Buffers;

namespace TransferLearning;

/// <summary>
/// Rents byte buffers: from the shared pool up to a size that images reach, and anew above it. The shared pool rounds up to a power
/// of two and keeps what it gets back, which would hold half a gigabyte after one image of 100 megapixels.
/// </summary>
internal static class PixelBuffers
{
    /// <summary>Sixteen megapixels of four bytes.</summary>
    public const int LargestPooled = 1 << 26;

    /// <summary>A buffer of at least the given length, with undefined content.</summary>
    public static byte[] Rent(int length) =>
        length <= LargestPooled ? ArrayPool<byte>.Shared.Rent(length) : GC.AllocateUninitializedArray<byte>(length);

    /// <summary>Takes a buffer of <see cref="Rent"/> back, once.</summary>
    public static void Return(byte[] buffer)
    {
        if (buffer.Length <= LargestPooled)
            ArrayPool<byte>.Shared.Return(buffer);
    }
}
