using System.Buffers;
using System.Security.Cryptography;

namespace TransferLearning;

/// <summary>SHA-256 as lower-case hexadecimal digits.</summary>
internal static class ContentHash
{
    // Large reads: a third faster on half a gigabyte than the 4 KB reads of the framework's own stream hashing.
    private const int BufferBytes = 1024 * 1024;

    /// <summary>The hash of bytes in memory.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>The hash of a stream from its position to its end.</summary>
    public static async Task<string> OfAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
                hash.AppendData(buffer, 0, read);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
