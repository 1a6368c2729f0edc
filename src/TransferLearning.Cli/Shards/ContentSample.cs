using System.Security.Cryptography;

namespace TransferLearning.Cli.Shards;

/// <summary>
/// What a few evenly spaced images of a part contain: folders number their images alike, so equal names are not the same images. Images at
/// addresses are not read again.
/// </summary>
/// <param name="Text">A hash for each of them, or a dash for one that was not read, separated by spaces.</param>
internal readonly record struct ContentSample(string Text)
{
    private const int Most = 16;
    private const int MostBytes = 1 << 16;
    private const int HashLength = 16;
    private const string NotRead = "-";

    /// <summary>Reads the start of the sampled images.</summary>
    public static ContentSample Of(ShardImages images)
    {
        int count = Math.Min(Most, images.Count);
        return new ContentSample(string.Join(
            ' ', Enumerable.Range(0, count).Select(i => HashOf(images, (int)((long)i * images.Count / count)))));
    }

    /// <summary>Whether most of the images that both samples have read differ; a few may have been replaced.</summary>
    public bool IsOfOtherImages(ContentSample other)
    {
        (string First, string Second)[] both =
            [.. Text.Split(' ').Zip(other.Text.Split(' ')).Where(pair => pair is { First.Length: HashLength, Second.Length: HashLength })];
        return 2 * both.Count(pair => pair.First != pair.Second) > both.Length;
    }

    private static string HashOf(ShardImages images, int index)
    {
        if (images.Problems.ContainsKey(images.NameOf(index)) || images.LocationOf(index) is not { IsAddress: false } location)
            return NotRead;
        string file = location.Name;
        try
        {
            // Pipes and devices have length 0 and are never opened.
            var info = new FileInfo(file);
            if (info.Length == 0)
                return NotRead;
            using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            byte[] start = new byte[Math.Min(MostBytes, info.Length)];
            int read = RandomAccess.Read(handle, start, 0);
            return Convert.ToHexStringLower(
                SHA256.HashData([.. BitConverter.GetBytes(info.Length), .. start.AsSpan(0, read)]))[..HashLength];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return NotRead;
        }
    }
}
