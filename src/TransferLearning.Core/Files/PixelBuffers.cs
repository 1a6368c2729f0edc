using System.Buffers;

namespace TransferLearning;

/// <summary>
/// Rents byte buffers: from the shared pool up to the size of common images, newly allocated above it. The shared pool rounds up to a power
/// of two and keeps returned buffers, which would occupy half a gigabyte after one image of 100 megapixels.
/// </summary>
internal static class PixelBuffers
{
    /// <summary>Sixteen megapixels of four bytes.</summary>
    public const int LargestPooled = 1 << 26;

    /// <summary>A buffer of at least the given length, with undefined content.</summary>
    public static byte[] Rent(int length) =>
        length <= LargestPooled ? ArrayPool<byte>.Shared.Rent(length) : GC.AllocateUninitializedArray<byte>(length);

    /// <summary>Returns a buffer of <see cref="Rent"/>; called once.</summary>
    public static void Return(byte[] buffer)
    {
        if (buffer.Length <= LargestPooled)
            ArrayPool<byte>.Shared.Return(buffer);
    }
}
