using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

// `MODEL COLUMN RESULT IMAGES…` loads a saved ML.NET model and writes a vector column of the images, one line each.
// It names no type of the library, to show that a saved model needs none.
var ml = new MLContext();
var model = ml.Model.Load(args[0], out _);
var scored = model.Transform(ml.Data.LoadFromEnumerable(args[3..].Select(path => new Row { ImagePath = path })));
var lines = scored.GetColumn<float[]>(args[1])
    .Select(row => string.Join(' ', row.Select(value => value.ToString("R", CultureInfo.InvariantCulture))));
await File.WriteAllLinesAsync(args[2], lines);

internal sealed class Row
{
    public string ImagePath { get; set; } = string.Empty;

    public string Label { get; set; } = string.Empty;
}
