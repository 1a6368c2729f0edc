using System.Globalization;
using System.Text;

namespace TransferLearning.Onnx;

/// <summary>One row of a <see cref="ModelSummary"/>.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Kind">What the layer does, in the words of Keras.</param>
/// <param name="OutputShape">The shape of what it makes; null for a free dimension. Empty where ONNX Runtime cannot tell it.</param>
/// <param name="Parameters">The number of its weights and running statistics.</param>
/// <param name="TrainableParameters">How many of them training changes.</param>
public sealed record ModelSummaryRow(string Name, string Kind, IReadOnlyList<long?> OutputShape, long Parameters, long TrainableParameters);

/// <summary>The layers of a network with their shapes and numbers of weights; as text, the table that Keras prints.</summary>
/// <param name="Title">The network's name in its file.</param>
/// <param name="Rows">The inputs and the layers, in running order.</param>
/// <param name="TotalParameters">All weights and running statistics.</param>
/// <param name="TrainableParameters">
/// What training changes. Frozen layers and the running mean and variance of batch normalisation do not train, as in Keras.
/// </param>
public sealed record ModelSummary(string Title, IReadOnlyList<ModelSummaryRow> Rows, long TotalParameters, long TrainableParameters)
{
    /// <summary>What training does not change.</summary>
    public long NonTrainableParameters => TotalParameters - TrainableParameters;

    /// <summary>The table: name and kind, output shape and number of parameters of each layer, and the totals.</summary>
    public override string ToString()
    {
        string[][] cells =
        [
            ["Layer (type)", "Output shape", "Param #", "Trainable"],
            .. Rows.Select(row => new[]
            {
                $"{row.Name} ({row.Kind})",
                row.OutputShape.Count > 0 ? $"({string.Join(", ", row.OutputShape.Select(Size))})" : "?",
                Number(row.Parameters),
                row.Parameters == 0 ? "-" : row.TrainableParameters > 0 ? "yes" : "no",
            }),
        ];
        int[] widths = [.. Enumerable.Range(0, 4).Select(column => cells.Max(row => row[column].Length))];
        string line = new('=', widths.Sum() + 8);

        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Model: \"{Title}\"\n{line}\n");
        for (int i = 0; i < cells.Length; i++)
        {
            string[] row = cells[i];
            text.Append(' ').Append(row[0].PadRight(widths[0] + 2)).Append(row[1].PadRight(widths[1] + 2))
                .Append(row[2].PadLeft(widths[2])).Append("  ").Append(row[3]).Append('\n');
            if (i == 0)
                text.Append(line).Append('\n');
        }

        return text.Append(CultureInfo.InvariantCulture, $"{line}\n")
            .Append(CultureInfo.InvariantCulture, $"Total params: {Total(TotalParameters)}\n")
            .Append(CultureInfo.InvariantCulture, $"Trainable params: {Total(TrainableParameters)}\n")
            .Append(CultureInfo.InvariantCulture, $"Non-trainable params: {Total(NonTrainableParameters)}\n")
            .ToString();
    }

    private static string Size(long? size) => size?.ToString(CultureInfo.InvariantCulture) ?? "None";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Total(long floats) =>
        string.Create(CultureInfo.InvariantCulture, $"{floats:N0} ({floats * sizeof(float) / 1048576.0:F2} MB)");
}
