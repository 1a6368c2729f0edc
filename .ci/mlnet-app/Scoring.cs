using Microsoft.ML;
using Microsoft.ML.Data;

/// <summary>Names no type of the package.</summary>
internal static class Scoring
{
    /// <summary>Batches of one and of several images round sums differently.</summary>
    private const double Tolerance = 1e-4;

    public static int Run(string images, string file, string scores, double least)
    {
        var ml = new MLContext();
        var rows = Image.Below(Path.Combine(images, "valid"));
        var scored = ml.Model.Load(file, out _).Transform(ml.Data.LoadFromEnumerable(rows));
        float[][] expected = [.. File.ReadLines(scores).Select(line => line.Split(' ').Select(float.Parse).ToArray())];
        float[][] found = [.. scored.GetColumn<float[]>("Score")];
        double difference = expected.Zip(found)
            .Max(pair => pair.First.Zip(pair.Second).Max(values => Math.Abs(values.First - values.Second)));
        double accuracy = scored.GetColumn<string>("PredictedLabel").Zip(rows, (label, row) => label == row.Label ? 1.0 : 0).Average();
        Console.WriteLine(
            $"Loaded in another process: {found.Length} images, largest difference of a score {difference:G3}, accuracy {accuracy:P1}.");
        return found.Length == expected.Length && difference <= Tolerance && accuracy >= least ? 0 : 1;
    }
}
