using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace TransferLearning.TestHost;

/// <summary>
/// <c>score MODEL COLUMN RESULT IMAGES…</c>: loads a saved ML.NET model and writes a vector column of the images, one line for each. It
/// names no type of the library: that is what it is there to show.
/// </summary>
internal static class ScoreCommand
{
    public static async Task RunAsync(string[] arguments)
    {
        var ml = new MLContext();
        var model = ml.Model.Load(arguments[0], out _);
        var scored = model.Transform(ml.Data.LoadFromEnumerable(arguments[3..].Select(path => new Row { ImagePath = path })));
        var lines = scored.GetColumn<float[]>(arguments[1])
            .Select(row => string.Join(' ', row.Select(value => value.ToString("R", CultureInfo.InvariantCulture))));
        await File.WriteAllLinesAsync(arguments[2], lines);
    }

    private sealed class Row
    {
        public string ImagePath { get; set; } = string.Empty;

        public string Label { get; set; } = string.Empty;
    }
}
