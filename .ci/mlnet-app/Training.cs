using Microsoft.ML;
using Microsoft.ML.Data;
using TransferLearning;

internal static class Training
{
    public static void Run(string images, string file, string scores, string? backbone)
    {
        var ml = new MLContext(seed: 1);
        var train = ml.TransferLearning.LoadImageFolder(Path.Combine(images, "train"));
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.TransferLearning.FeaturizeImages("Features", backbone: backbone is null ? null : Backbone.FromFile(backbone)))
            .Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy())
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        using var model = pipeline.Fit(train);
        ml.Model.Save(model, train.Schema, file);

        var rows = Image.Below(Path.Combine(images, "valid"));
        float[][] scored = [.. model.Transform(ml.Data.LoadFromEnumerable(rows)).GetColumn<float[]>("Score")];
        File.WriteAllLines(scores, scored.Select(row => string.Join(' ', row.Select(value => value.ToString("R")))));
        int trained = train.GetColumn<string>("Label").Count();
        Console.WriteLine($"Trained on {trained} images, scored {rows.Length}; the model has {new FileInfo(file).Length} bytes.");
    }
}
