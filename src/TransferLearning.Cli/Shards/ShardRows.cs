namespace TransferLearning.Cli.Shards;

/// <summary>The images of one row group, and the errors of some of them.</summary>
internal sealed class ShardRows
{
    private readonly List<int> _usable = [];

    /// <summary>A range of the images of a shard.</summary>
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

    /// <summary>The error of the image of each row; null if there is none.</summary>
    public string?[] Errors { get; }

    /// <summary>The files to decode: those without a known problem.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>The row of a file.</summary>
    public int RowOf(int file) => _usable[file];
}
