namespace TransferLearning;

/// <summary>A candidate of the scenario <see cref="TransferScenario.Auto"/>, and how it did on the same images as the others.</summary>
/// <remarks>Immutable and safe for use from many threads.</remarks>
public sealed record RaceEntry
{
    /// <summary><see cref="TransferScenario.FeatureExtraction"/> or <see cref="TransferScenario.FineTuning"/>.</summary>
    public required TransferScenario Scenario { get; init; }

    /// <summary>The share of the layers with weights that stayed frozen; 1 for feature extraction.</summary>
    public required double Freeze { get; init; }

    /// <summary>The score of its best epoch, 0 for the fitted head; null where it was not measured.</summary>
    public ValidationScore? Best { get; init; }

    /// <summary>Whether it became the model.</summary>
    public bool IsWinner { get; init; }

    /// <summary>The wall time that it took, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Why it ended early or was left out; otherwise null.</summary>
    public string? Note { get; init; }
}
