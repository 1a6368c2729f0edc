namespace TransferLearning;

/// <summary>A pattern of names that divides images into series.</summary>
/// <param name="Pattern">The pattern, as <see cref="ImageFolderOptions.GroupPattern"/> wants it.</param>
/// <param name="Series">The number of series.</param>
/// <param name="Example">The names of two images of one series.</param>
internal sealed record LikelySeries(string Pattern, int Series, (string First, string Last) Example)
{
    /// <summary>What was found, and the remedy, in one sentence each.</summary>
    public string Describe() => $"{Finding} {Remedy}";

    /// <summary>What was found.</summary>
    public string Finding => FormattableString.Invariant(
        $"The images look like {Series} series of similar images, for instance '{Example.First}' to '{Example.Last}'; a random split ") +
        "divides them, and results are too optimistic.";

    /// <summary>What to do.</summary>
    public string Remedy =>
        $"Set {nameof(ImageFolderOptions)}.{nameof(ImageFolderOptions.GroupPattern)} to \"{Pattern}\" to keep them together.";
}

/// <summary>
/// Finds images that were probably taken in series (the frames of a film, one patient, one product) and which a random split would divide:
/// their names have a common start and a number, and the image most similar to one of them is mostly of the same series.
/// </summary>
internal static class SeriesSearch
{
    /// <summary>A series has at least this many images.</summary>
    private const int FewestImages = 3;

    /// <summary>The share of images in series from which the names count as series.</summary>
    private const double FewestInSeries = 0.8;

    /// <summary>The share of images whose most similar image is of their own series.</summary>
    private const double FewestAgreeing = 0.75;

    /// <summary>How many images are compared; whole series are taken until there are so many of each class.</summary>
    private const int MostCompared = 120;

    /// <summary>How many images of all classes are compared.</summary>
    private const int MostComparedInAll = 600;

    private const int SampledNames = 200;

    /// <summary>
    /// The text before the last number, the text behind a first number, and the subfolder; the first one that is confirmed by the images
    /// wins.
    /// </summary>
    private static readonly string[] Patterns =
    [
        @"^(.+?)(?:[ _.-]+[A-Za-z]*[ _.-]*|(?<=\d)[A-Za-z]+[ _.-]*)\d+\.[^.]+$", @"^\d+[ _.-]+(.*\d.*)\.[^.]+$",
        ImageFolderOptions.GroupBySubfolder,
    ];

    /// <summary>Finds series; null when there are none.</summary>
    /// <param name="keys">The paths of the images, starting with the class folder.</param>
    /// <param name="labels">The class of each image.</param>
    /// <param name="thumbnailOf">The thumbnail of an image; null if it cannot be decoded.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public static LikelySeries? Find(
        IReadOnlyList<string> keys, IReadOnlyList<int> labels, Func<int, Thumbnail?> thumbnailOf, CancellationToken cancellationToken)
    {
        foreach (string text in Patterns)
        {
            var pattern = new PathPattern(text);
            if (!MatchesSample(pattern, keys))
                continue;
            var series = Enumerable.Range(0, keys.Count)
                .Select(i => (Index: i, Name: pattern.Find(keys[i])))
                .Where(entry => entry.Name is not null)
                .GroupBy(entry => (entry.Name, labels[entry.Index]), entry => entry.Index)
                .Select(group => group.ToArray())
                .Where(group => group.Length >= FewestImages)
                .ToList();
            bool areSeries = series.Count >= 2 * labels.Distinct().Count()
                && series.Sum(group => group.Length) >= FewestInSeries * keys.Count;
            if (areSeries && Agree(series, labels, thumbnailOf, cancellationToken))
                return new LikelySeries(text, series.Count, (keys[series[0][0]], keys[series[0][^1]]));
        }

        return null;
    }

    /// <summary>Most datasets have names of another kind, which a few of them show.</summary>
    private static bool MatchesSample(PathPattern pattern, IReadOnlyList<string> keys)
    {
        int step = Math.Max(1, keys.Count / SampledNames);
        int sampled = 0, matching = 0;
        for (int i = 0; i < keys.Count; i += step, sampled++)
            matching += pattern.Find(keys[i]) is null ? 0 : 1;
        return matching * 2 >= sampled;
    }

    /// <summary>Whether the most similar image of the same class is mostly one of the same series.</summary>
    private static bool Agree(
        List<int[]> series, IReadOnlyList<int> labels, Func<int, Thumbnail?> thumbnailOf, CancellationToken cancellationToken)
    {
        int agreeing = 0, compared = 0;
        double chance = 0;
        foreach (var ofClass in series.GroupBy(group => labels[group[0]]))
        {
            if (compared >= MostComparedInAll)
                break;
            var images = new List<(Thumbnail Thumbnail, int Series)>();
            int number = 0;
            foreach (int[] group in ofClass)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (images.Count >= MostCompared)
                    break;
                number++;
                images.AddRange(
                    group.Take(MostCompared / 4).Select(thumbnailOf).OfType<Thumbnail>().Select(thumbnail => (thumbnail, number)));
            }

            if (number < 2)
                continue;
            foreach (var (thumbnail, own) in images)
            {
                var nearest = images.Where(other => !ReferenceEquals(other.Thumbnail, thumbnail))
                    .MinBy(other => thumbnail.ExactDistanceTo(other.Thumbnail));
                if (nearest.Series == own)
                    agreeing++;
                compared++;
                chance += (images.Count(other => other.Series == own) - 1.0) / Math.Max(images.Count - 1, 1);
            }
        }

        return compared > 0 && agreeing >= FewestAgreeing * compared && agreeing >= 2 * chance;
    }
}
