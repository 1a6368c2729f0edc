using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace TransferLearning.MLNet;

/// <summary>
/// The last step of classifiers that were saved when PredictedLabel was text and the names of the columns were fixed. Nothing writes it any
/// more.
/// </summary>
[CustomMappingFactoryAttribute(SavedMappings.TextPrediction)]
internal sealed class TextPredictionMapping : CustomMappingFactory<TextPredictionMapping.ScoreRow, TextPredictionMapping.LabelRow>
{
    /// <inheritdoc/>
    public override Action<ScoreRow, LabelRow> GetMapping()
    {
        var predict = new PredictionMapping().GetMapping();
        return (row, result) =>
        {
            var prediction = new PredictionRow();
            predict(new ProbabilitiesRow { Probabilities = row.Score, Labels = row.Labels, Top = row.Top }, prediction);
            result.PredictedLabel = prediction.PredictedText;
            result.TopLabels = prediction.TopLabels;
            result.TopProbabilities = prediction.TopProbabilities;
        };
    }

    internal sealed class ScoreRow
    {
        public VBuffer<float> Score { get; set; }

        [ColumnName(SavedColumns.Labels)]
        public ReadOnlyMemory<char> Labels { get; set; }

        [ColumnName(SavedColumns.Top)]
        public int Top { get; set; }
    }

    internal sealed class LabelRow
    {
        public ReadOnlyMemory<char> PredictedLabel { get; set; }

        public string[] TopLabels { get; set; } = [];

        public float[] TopProbabilities { get; set; } = [];
    }
}
