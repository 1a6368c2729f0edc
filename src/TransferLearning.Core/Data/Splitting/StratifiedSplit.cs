using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TransferLearning;

/// <summary>
/// Splits every class in the same proportion and keeps groups of images together. The order in which files are dealt out comes from
/// a hash of the seed and their names, not from a random number generator: it is the same everywhere, and an image that is added later
/// does not stir the others.
/// </summary>
/// <param name="ValidationFraction">The part for validation.</param>
/// <param name="TestFraction">The part for test.</param>
/// <param name="Seed">Another seed gives another split.</param>
internal sealed record StratifiedSplit(double ValidationFraction, double TestFraction, int Seed)
{
    /// <summary>The part of each file.</summary>
    /// <param name="files">The files.</param>
    /// <param name="labels">The label of each file.</param>
    /// <param name="firstOfEach">For each file the index of the first one of its group.</param>
    public DatasetPart[] Assign(IReadOnlyList<FoundFile> files, IReadOnlyList<int> labels, int[] firstOfEach)
    {
        var parts = new DatasetPart[files.Count];
        var groups = ImageGroup.Of(firstOfEach, labels);
        foreach (var ofClass in groups.GroupBy(group => group.Stratum))
        {
            foreach (var (group, part) in Deal([.. ofClass.OrderBy(group => Order(Seed, files[group.Files[0]].Key)).ThenBy(group => group.Files[0])]))
                Put(group, part, parts);
        }

        KeepClassesInTrain(groups, labels, parts);
        return parts;
    }

    /// <summary>A group with several classes may have taken the last images of one of them along; it comes back.</summary>
    private static void KeepClassesInTrain(IReadOnlyList<ImageGroup> groups, IReadOnlyList<int> labels, DatasetPart[] parts)
    {
        var learned = Enumerable.Range(0, parts.Length).Where(i => parts[i] == DatasetPart.Train).Select(i => labels[i]).ToHashSet();
        foreach (int label in labels.Distinct().Order().Where(label => !learned.Contains(label)))
        {
            var group = groups.Where(group => group.Labels.Contains(label)).MinBy(group => group.Files.Length)!;
            Put(group, DatasetPart.Train, parts);
            learned.UnionWith(group.Labels);
        }
    }

    private static void Put(ImageGroup group, DatasetPart part, DatasetPart[] parts)
    {
        foreach (int file in group.Files)
            parts[file] = part;
    }

    /// <summary>
    /// Deals the groups of one class out: every part that is wanted gets at least one group while there are enough, train comes first,
    /// then validation.
    /// </summary>
    private Dictionary<ImageGroup, DatasetPart> Deal(List<ImageGroup> groups)
    {
        int total = groups.Sum(group => group.Files.Length);
        var dealt = new Dictionary<ImageGroup, DatasetPart>();
        foreach (var (part, fraction) in ((DatasetPart, double)[])[(DatasetPart.Validation, ValidationFraction), (DatasetPart.Test, TestFraction)])
        {
            if (fraction == 0)
                continue;
            int wanted = Math.Max(1, (int)Math.Round(total * fraction, MidpointRounding.AwayFromZero));
            int taken = 0;
            foreach (var group in groups)
            {
                if (groups.Count - dealt.Count > 1 && taken + group.Files.Length <= wanted && dealt.TryAdd(group, part))
                    taken += group.Files.Length;
            }

            // Copies and images with many boxes can make every group larger than the part; then the smallest is the nearest to what was asked.
            if (taken == 0 && groups.Count - dealt.Count > 1)
                dealt.Add(groups.Where(group => !dealt.ContainsKey(group)).MinBy(group => group.Files.Length)!, part);
        }

        foreach (var group in groups)
            dealt.TryAdd(group, DatasetPart.Train);
        return dealt;
    }

    /// <summary>Where a key comes in the order of a seed.</summary>
    public static UInt128 Order(int seed, string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed}:{key}")), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
