namespace TransferLearning;

/// <summary>
/// Finds labels that the features of all other images contradict: for a cross-validated linear head another class is more probable (compare
/// Northcutt, Jiang and Chuang 2021, "Confident Learning"). The larger the difference, the more the label is contradicted.
/// </summary>
internal static class LabelErrors
{
    private const int Folds = 5;

    /// <summary>The rows whose labels are suspected, most contradicted first, with the class that is suggested.</summary>
    /// <param name="features">The features of the images.</param>
    /// <param name="labels">Their labels.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="seed">Decides the folds.</param>
    /// <param name="groups">Images that are held out together (see <see cref="RowGroups"/>); null for none.</param>
    /// <param name="cancellationToken">Stops the work between steps.</param>
    public static IReadOnlyList<(int Row, int Suggested, double Own, double Other)> Find(
        FeatureMatrix features, int[] labels, int classes, int seed, int[]? groups, CancellationToken cancellationToken)
    {
        float[][] probabilities = CrossValidate(features, labels, classes, seed, groups, cancellationToken);
        var suspects = new List<(int Row, int Suggested, double Own, double Other)>();
        for (int row = 0; row < labels.Length; row++)
        {
            float[] p = probabilities[row];
            int best = Enumerable.Range(0, classes).Where(c => c != labels[row]).MaxBy(c => p[c]);
            if (p[best] > p[labels[row]])
                suspects.Add((row, best, p[labels[row]], p[best]));
        }

        return [.. suspects.OrderBy(suspect => suspect.Own - suspect.Other).ThenBy(suspect => suspect.Row)];
    }

    /// <summary>For each row the probabilities by a head that was fitted without it.</summary>
    private static float[][] CrossValidate(
        FeatureMatrix features, int[] labels, int classes, int seed, int[]? groups, CancellationToken cancellationToken)
    {
        var all = LinearHead.Fit(features, labels, classes, null, null, null, null, 1, groups, null, cancellationToken);
        var options = new LinearHeadOptions { RegularizationStrengths = [all.RegularizationStrength] };
        int[] folds = StratifiedFolds.Assign(labels, classes, Folds, seed, groups);
        float[][] probabilities = new float[labels.Length][];
        for (int fold = 0; fold < Folds; fold++)
        {
            int[] held = [.. Enumerable.Range(0, labels.Length).Where(row => folds[row] == fold)];
            int[] rest = [.. Enumerable.Range(0, labels.Length).Where(row => folds[row] != fold)];
            if (held.Length == 0)
                continue;
            int[] restLabels = [.. rest.Select(row => labels[row])];
            var head = LinearHead.Fit(features.Select(rest), restLabels, classes, options: options, cancellationToken: cancellationToken);
            var scores = head.Probabilities(features.Select(held));
            for (int i = 0; i < held.Length; i++)
                probabilities[held[i]] = scores[i].ToArray();
        }

        // The only image of a class, or its only group, is never held out; nothing contradicts it.
        for (int row = 0; row < labels.Length; row++)
        {
            if (probabilities[row] is null)
            {
                probabilities[row] = new float[classes];
                probabilities[row][labels[row]] = 1;
            }
        }

        return probabilities;
    }
}
