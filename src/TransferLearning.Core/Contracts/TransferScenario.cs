using System.Text.Json;
using System.Text.Json.Serialization;

namespace TransferLearning;

/// <summary>What is done with the pretrained network: the scenarios of transfer learning.</summary>
[JsonConverter(typeof(TransferScenarioJson))]
public enum TransferScenario
{
    /// <summary>Pure prediction: the network as it is, with its own classes. No training, and no labels are needed.</summary>
    Pretrained,

    /// <summary>
    /// Frozen feature extraction: the network is frozen, and a new head is fitted on its features. The default, and best for small data.
    /// </summary>
    FeatureExtraction,

    /// <summary>Partial retraining: the last part of the network trains together with the new head.</summary>
    FineTuning,

    /// <summary>The network trains from random weights, for comparison with what transfer learning gains.</summary>
    FromScratch,

    /// <summary>
    /// Feature extraction or fine-tuning, whichever is measured to suit the images; see <see cref="TransferAdvisor"/>.
    /// </summary>
    Auto,
}

/// <summary>
/// The names of scenarios in files and on the command line: <c>feature-extraction</c>, <c>fine-tuning</c>, <c>from-scratch</c>.
/// </summary>
internal static class TransferScenarioNames
{
    /// <summary>The name of a scenario, the same in every culture.</summary>
    public static string ToName(this TransferScenario scenario) => JsonNamingPolicy.KebabCaseLower.ConvertName(scenario.ToString());
}

/// <summary>Writes scenarios by their names.</summary>
internal sealed class TransferScenarioJson() : JsonStringEnumConverter<TransferScenario>(
    JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false);
