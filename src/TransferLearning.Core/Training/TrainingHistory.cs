using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TransferLearning;

/// <summary>The epochs of a training run, in order.</summary>
/// <remarks>Immutable, safe for use from many threads. Numbers are written the same in every culture.</remarks>
public sealed class TrainingHistory : IReadOnlyList<EpochLog>
{
    private static readonly JsonSerializerOptions JsonForm = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly EpochLog[] _epochs;

    /// <summary>Creates a history of the given epochs.</summary>
    public TrainingHistory(IEnumerable<EpochLog> epochs)
    {
        ArgumentNullException.ThrowIfNull(epochs);
        _epochs = [.. epochs];
    }

    /// <summary>The number of epochs.</summary>
    public int Count => _epochs.Length;

    /// <summary>The epoch with the given index, from 0.</summary>
    public EpochLog this[int index] => _epochs[index];

    /// <summary>
    /// The epoch with the best value, the earliest of equals; null where no epoch has that value.
    /// </summary>
    public EpochLog? Best(TrainingMetric metric)
    {
        EpochLog? best = null;
        foreach (var epoch in _epochs)
        {
            if (metric.ValueOf(epoch) is { } value && (best is null || metric.IsBetter(value, metric.ValueOf(best)!.Value)))
                best = epoch;
        }

        return best;
    }

    /// <summary>
    /// The history as comma-separated values with a header line: <c>epoch,loss,accuracy,val_loss,val_accuracy,learning_rate,seconds</c>.
    /// </summary>
    public string ToCsv()
    {
        var text = new StringBuilder("epoch,loss,accuracy,val_loss,val_accuracy,learning_rate,seconds\n");
        foreach (var epoch in _epochs)
        {
            text.Append(CultureInfo.InvariantCulture, $"{epoch.Epoch},{epoch.Loss:R},{epoch.Accuracy:R},{epoch.ValidationLoss:R},")
                .Append(CultureInfo.InvariantCulture, $"{epoch.ValidationAccuracy:R},{epoch.LearningRate:R},{epoch.Seconds:F3}\n");
        }

        return text.ToString();
    }

    /// <summary>The history as a JSON array with an object for each epoch.</summary>
    public string ToJson() => JsonSerializer.Serialize(_epochs.Select(JsonEpoch.From), JsonForm);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">The text is not such an array.</exception>
    public static TrainingHistory FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var epochs = JsonSerializer.Deserialize<JsonEpoch[]>(json, JsonForm) ?? throw new JsonException("The training history is null.");
        return new TrainingHistory(epochs.Select(epoch => epoch.ToLog()));
    }

    /// <inheritdoc/>
    public IEnumerator<EpochLog> GetEnumerator() => ((IEnumerable<EpochLog>)_epochs).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The names that Keras' history has.</summary>
    private sealed record JsonEpoch(
        int Epoch,
        double Loss,
        double Accuracy,
        double? ValLoss,
        double? ValAccuracy,
        double LearningRate,
        double Seconds,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? ValCalibratedLoss = null)
    {
        public static JsonEpoch From(EpochLog log) => new(
            log.Epoch,
            log.Loss,
            log.Accuracy,
            log.ValidationLoss,
            log.ValidationAccuracy,
            log.LearningRate,
            log.Seconds,
            log.CalibratedValidationLoss);

        public EpochLog ToLog() => new()
        {
            Epoch = Epoch,
            Loss = Loss,
            Accuracy = Accuracy,
            ValidationLoss = ValLoss,
            ValidationAccuracy = ValAccuracy,
            CalibratedValidationLoss = ValCalibratedLoss,
            LearningRate = LearningRate,
            Seconds = Seconds,
        };
    }
}
