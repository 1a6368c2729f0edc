using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TransferLearning;

/// <summary>
/// Images that must be in the same split: copies of each other, or crops of one source image. Crops may belong to several classes; such a
/// group is assigned with those of its rarest class, which is the hardest one to distribute.
/// </summary>
/// <param name="files">The indices of the images, ascending.</param>
/// <param name="labels">Their distinct labels.</param>
/// <param name="stratum">The label with which the group is assigned.</param>
internal sealed class ImageGroup(int[] files, int[] labels, int stratum)
{
    public int[] Files => files;

    public int[] Labels => labels;

    public int Stratum => stratum;

    /// <summary>The groups, in the order of their first images.</summary>
    /// <param name="firstOfEach">For each image the index of the first one of its group.</param>
    /// <param name="labels">The label of each image.</param>
    public static IReadOnlyList<ImageGroup> Of(int[] firstOfEach, IReadOnlyList<int> labels)
    {
        var groups = Enumerable.Range(0, firstOfEach.Length).GroupBy(i => firstOfEach[i])
            .Select(group => (Files: group.ToArray(), Labels: group.Select(i => labels[i]).Distinct().Order().ToArray())).ToList();
        var counts = groups.SelectMany(group => group.Labels).CountBy(label => label).ToDictionary();
        return [.. groups.Select(group => new ImageGroup(group.Files, group.Labels, group.Labels.MinBy(label => counts[label])))];
    }

    /// <summary>
    /// Orders groups by a hash of the seed and their keys instead of random numbers: the order is the same everywhere, and adding an image
    /// does not change that of the others.
    /// </summary>
    /// <param name="groups">The groups.</param>
    /// <param name="files">The images.</param>
    /// <param name="seed">Another seed gives another order.</param>
    public static IEnumerable<ImageGroup> Shuffle(IEnumerable<ImageGroup> groups, IReadOnlyList<FoundFile> files, int seed) =>
        groups.OrderBy(group => Hash(seed, files[group.Files[0]].Key)).ThenBy(group => group.Files[0]);

    /// <summary>Orders groups by the seed.</summary>
    public static IEnumerable<ImageGroup> Shuffle(IEnumerable<ImageGroup> groups, int seed)
    {
        ImageGroup[] found = [.. groups];
        int[] order = [.. Enumerable.Range(0, found.Length)];
        new SeededRandom(seed, RandomPurpose.Strata).Shuffle(order);
        return order.Select(index => found[index]);
    }

    private static UInt128 Hash(int seed, string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed}:{key}")), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
