namespace TransferLearning.Cli.Shards;

/// <summary>The images of one row group, and the errors of some of them.</summary>
internal sealed class ShardRows
{
    private readonly List<int> _usable = [];

    /// <summary>A range of the images of a shard.</summary>
    /// <param name="images">The images of the shard.</param>
    /// <param name="first">The first one.</param>
    /// <param name="count">Their number.</param>
    /// <param name="finished">Their rows in a finished part, where only those with an error are computed again; otherwise null.</param>
    public ShardRows(ShardImages images, int first, int count, FinishedRows? finished = null)
    {
        Finished = finished;
        Paths = new string[count];
        Errors = new string?[count];
        ETags = new string?[count];
        var usable = new List<ImageLocation>(count);
        for (int i = 0; i < count; i++)
        {
            Paths[i] = images.NameOf(first + i);
            if (IsKept(i))
            {
                ETags[i] = finished!.ETags[i];
                continue;
            }

            if (images.Problems.TryGetValue(Paths[i], out string? problem))
            {
                Errors[i] = problem;
                continue;
            }

            _usable.Add(i);
            usable.Add(images.LocationOf(first + i));
            HasAddresses |= usable[^1].IsAddress;
        }

        Images = usable;
    }

    /// <summary>The rows of which those without an error are kept; null where all are computed.</summary>
    public FinishedRows? Finished { get; }

    /// <summary>The path or name of each row.</summary>
    public string[] Paths { get; }

    /// <summary>The error of the image of each row; null if there is none.</summary>
    public string?[] Errors { get; }

    /// <summary>The ETag of the image of each row that was downloaded; null for the others.</summary>
    public string?[] ETags { get; }

    /// <summary>The images to decode: those without a known problem, and without a row that is kept.</summary>
    public IReadOnlyList<ImageLocation> Images { get; }

    /// <summary>Whether some of them must be downloaded.</summary>
    public bool HasAddresses { get; }

    /// <summary>Whether a row is taken from <see cref="Finished"/>.</summary>
    public bool IsKept(int row) => Finished is not null && Finished.Errors[row] is null;

    /// <summary>The row of an image to decode.</summary>
    public int RowOf(int image) => _usable[image];
}
