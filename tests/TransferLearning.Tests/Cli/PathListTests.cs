using System.Text;
using TransferLearning.Cli.Shards;

namespace TransferLearning.Tests.Cli;

public sealed class PathListTests
{
    [Fact]
    public void It_gives_back_what_it_took_in_the_order_of_the_bytes()
    {
        string[] taken = Taken();
        var paths = Of(taken);
        Assert.Equal(taken, paths);

        paths.Sort();
        Assert.Equal(Sorted(taken), paths);

        paths.RemoveRepeats();
        Assert.Equal(Sorted(taken).Distinct(StringComparer.Ordinal), paths);
        Assert.Equal(taken.Distinct(StringComparer.Ordinal).Count(), paths.Count);
    }

    [Fact]
    public void It_may_be_empty_and_takes_no_null_character()
    {
        var paths = new PathList();
        paths.Sort();
        paths.RemoveRepeats();
        Assert.Empty(paths);
        Assert.Throws<ArgumentException>(() => paths.Add("a\0b"));
    }

    [Fact]
    public void It_takes_little_more_than_the_letters()
    {
        var names = Enumerable.Range(0, 100_000).Select(i => FormattableString.Invariant($"images/{i / 1000:000}/{i:000000}.jpg"));
        string[] taken = [.. names];
        long before = GC.GetAllocatedBytesForCurrentThread();
        var paths = Of(taken);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // 22 bytes each in blocks, and 8 for the place in an array that was doubled until it was large enough; as strings they take 72 and
        // more.
        Assert.InRange(allocated, 22 * 100_000, 48 * 100_000);
        Assert.Equal(taken[^1], paths[^1]);
    }

    private static PathList Of(string[] taken)
    {
        var paths = new PathList();
        foreach (string path in taken)
            paths.Add(path);
        return paths;
    }

    private static IEnumerable<string> Sorted(string[] paths) =>
        paths.OrderBy(
            path => path,
            Comparer<string>.Create((a, b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b))));

    /// <summary>Many blocks of names in all scripts, some of them twice, and lines that fit into no block.</summary>
    private static string[] Taken()
    {
        const string letters = "abAB/.-_09 äß★犬\uFF5E🐈\uFFFD";
        Rune[] runes = [.. letters.EnumerateRunes()];
        var random = new Random(5);
        var taken = new List<string> { "", new('x', 65_535), new('x', 65_536), new('y', 200_000), "a" };
        for (int i = 0; i < 20_000; i++)
        {
            bool again = random.Next(10) == 0;
            taken.Add(
                again ? taken[random.Next(taken.Count)] : string.Concat(
                    Enumerable.Range(0, random.Next(1, 40)).Select(_ => runes[random.Next(runes.Length)])));
        }

        return [.. taken];
    }
}
