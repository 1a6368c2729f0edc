namespace TransferLearning.MLNet;

/// <summary>The names of the columns that a classifier adds.</summary>
internal static class ClassifierColumns
{
    /// <summary>The probabilities of all classes.</summary>
    public const string Score = "Score";

    /// <summary>The name of the most probable class.</summary>
    public const string PredictedLabel = "PredictedLabel";

    /// <summary>The names of the most probable classes, best first.</summary>
    public const string TopLabels = "TopLabels";

    /// <summary>The probabilities of the most probable classes, best first.</summary>
    public const string TopProbabilities = "TopProbabilities";
}

/// <summary>What a saved classifier needs beside its network.</summary>
/// <param name="Labels">The names of the classes, in the order of the probabilities.</param>
/// <param name="Top">How many classes the top columns have at most.</param>
internal sealed record SavedClassifier(IReadOnlyList<string> Labels, int Top);
