namespace TransferLearning;

/// <summary>What is done with the pretrained network: the scenarios of transfer learning.</summary>
public enum TransferScenario
{
    /// <summary>
    /// Frozen feature extraction: the network is frozen, and a new head is fitted on its features. The default, and best for small data.
    /// </summary>
    FeatureExtraction,

    /// <summary>Partial retraining: the last part of the network trains together with the new head.</summary>
    FineTuning,

    /// <summary>Pure prediction: the network as it is, with its own classes. No training, and no labels are needed.</summary>
    Pretrained,

    /// <summary>
    /// Feature extraction or fine-tuning, whichever is measured to suit the rows; see <see cref="TransferAdvisor"/>.
    /// </summary>
    Auto,
}
