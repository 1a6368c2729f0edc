namespace TransferLearning.Cli.Shards;

/// <summary>The images of one row group, and what is wrong with some of them.</summary>
internal sealed class ShardRows
{
    private readonly List<int> _usable = [];

    /// <summary>Takes some of the images of a shard.</summary>
    public ShardRows(ShardImages images, int first, int count)
    {
        Paths = new string[count];
        Errors = new string?[count];
        var files = new List<string>(count);
        for (int i = 0; i < count; i++)
        {
            Paths[i] = images.Paths[first + i];
            if (images.Problems.TryGetValue(Paths[i], out string? problem))
            {
                Errors[i] = problem;
                continue;
            }

            _usable.Add(i);
            files.Add(images.FileOf(Paths[i]));
        }

        Files = files;
    }

    /// <summary>The path of each row.</summary>
    public string[] Paths { get; }

    /// <summary>What is wrong with the image of each row; null where nothing is.</summary>
    public string?[] Errors { get; }

    /// <summary>The files to decode: those without a known problem.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>The row of a file.</summary>
    public int RowOf(int file) => _usable[file];
}
