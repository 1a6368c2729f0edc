using System.Security.Cryptography;

namespace TransferLearning;

/// <summary>
/// Finds files of equal content. Only files of equal length are opened, and only those with equal last bytes are read completely: the ends
/// of compressed images differ, while their headers are often the same. Crops can only be equal if their boxes are, so that a source image
/// with one box is not read.
/// </summary>
internal static class DuplicateSearch
{
    private const int TailLength = 4096;

    /// <summary>For each file the index of the first file with the same content: its own index if there is none before it.</summary>
    public static int[] FirstOfEach(IReadOnlyList<FoundFile> files, CancellationToken cancellationToken)
    {
        int[] first = [.. Enumerable.Range(0, files.Count)];
        var candidates = Enumerable.Range(0, files.Count).GroupBy(i => (files[i].Length, files[i].Content?.Box));
        foreach (var equalLength in candidates.Where(HasSeveral))
        {
            foreach (var equalTail in GroupByHash(files, equalLength, TailLength, cancellationToken))
            {
                var equal = equalLength.Key.Length <= TailLength
                    ? [equalTail]
                    : GroupByHash(files, equalTail, long.MaxValue, cancellationToken);
                foreach (var group in equal)
                {
                    int original = group.Min();
                    foreach (int duplicate in group)
                        first[duplicate] = original;
                }
            }
        }

        return first;
    }

    private static bool HasSeveral<T>(IEnumerable<T> group) => group.Skip(1).Any();

    private static List<List<int>> GroupByHash(
        IReadOnlyList<FoundFile> files, IEnumerable<int> candidates, long tailLength, CancellationToken cancellationToken)
    {
        var groups = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        foreach (int index in candidates)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Hash(files[index], tailLength) is not { } hash)
                continue;
            if (!groups.TryGetValue(hash, out var group))
                groups[hash] = group = [];
            group.Add(index);
        }

        return [.. groups.Values.Where(HasSeveral)];
    }

    /// <summary>The SHA-256 of the last bytes of a file; null, which equals nothing, if it cannot be read any more.</summary>
    private static string? Hash(FoundFile file, long tailLength)
    {
        try
        {
            if (file.Content is { } content)
            {
                using var bytes = content.Read(ImageDecodeOptions.Default);
                return bytes.Hash().ToString();
            }

            using var stream = new FileStream(
                file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            stream.Position = Math.Max(0, stream.Length - tailLength);
            return Convert.ToHexString(SHA256.HashData(stream));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ImageDecodeException)
        {
            return null;
        }
    }
}
