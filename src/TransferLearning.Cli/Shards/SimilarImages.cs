using System.Numerics.Tensors;

namespace TransferLearning.Cli.Shards;

/// <summary>An image and the cosine of the angle between its features and those of the query, −1 to 1.</summary>
internal sealed record SimilarImage(string Path, float Similarity);

/// <summary>Exact search for the images with the most similar features, in one pass over parts of any size.</summary>
internal static class SimilarImages
{
    /// <summary>The features of an image of the parts; null if it is not in them.</summary>
    public static async Task<float[]?> FeaturesOfAsync(FeatureParts parts, string path, CancellationToken cancellationToken)
    {
        await foreach (var group in parts.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            for (int i = 0; i < group.Paths.Count; i++)
            {
                if (group.Paths[i] == path)
                    return group.Features.Slice(i * parts.Width, parts.Width).ToArray();
            }
        }

        return null;
    }

    /// <summary>Finds the most similar images, the most similar first; equal ones in the order of their paths.</summary>
    /// <param name="parts">The images to search.</param>
    /// <param name="query">The features to compare with.</param>
    /// <param name="except">The path of an image to leave out; null for none.</param>
    /// <param name="top">The maximum number of images.</param>
    /// <param name="cancellationToken">Cancels the search between row groups.</param>
    public static async Task<IReadOnlyList<SimilarImage>> FindAsync(
        FeatureParts parts, float[] query, string? except, int top, CancellationToken cancellationToken)
    {
        var best = new PriorityQueue<SimilarImage, SimilarImage>(LeastSimilarFirst);
        await foreach (var group in parts.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int i = 0; i < group.Paths.Count; i++)
            {
                if (group.Paths[i] == except)
                    continue;
                var found = new SimilarImage(group.Paths[i], Cosine(query, group.Features.Span.Slice(i * parts.Width, parts.Width)));
                if (best.Count < top)
                    best.Enqueue(found, found);
                else if (LeastSimilarFirst.Compare(found, best.Peek()) > 0)
                    best.EnqueueDequeue(found, found);
            }
        }

        return [.. best.UnorderedItems.Select(item => item.Element).OrderDescending(LeastSimilarFirst)];
    }

    private static Comparer<SimilarImage> LeastSimilarFirst { get; } = Comparer<SimilarImage>.Create((left, right) =>
        left.Similarity != right.Similarity
            ? left.Similarity.CompareTo(right.Similarity)
            : string.CompareOrdinal(right.Path, left.Path));

    /// <summary>Features of zeros have no direction: they are similar to nothing.</summary>
    private static float Cosine(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        float cosine = TensorPrimitives.CosineSimilarity(left, right);
        return float.IsNaN(cosine) ? 0 : cosine;
    }
}
