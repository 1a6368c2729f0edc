using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using TransferLearning.Onnx;

namespace TransferLearning.Benchmarks;

/// <summary>The chain that ML.NET's documentation shows for features of pictures: LoadImages, ResizeImages, ExtractPixels, ApplyOnnxModel.</summary>
internal sealed class StockPipeline
{
    private readonly IDataView _output;

    /// <param name="model">The file of MobileNetV2 without its top.</param>
    /// <param name="paths">The pictures.</param>
    public StockPipeline(string model, string[] paths)
    {
        var ml = new MLContext(seed: 1);
        var data = Rows(ml, paths);
        var pipeline = ml.Transforms.LoadImages("image", string.Empty, nameof(Input.ImagePath))
            .Append(ml.Transforms.ResizeImages("image", 224, 224, "image", ImageResizingEstimator.ResizingKind.IsoCrop))
            .Append(ml.Transforms.ExtractPixels("input", "image", offsetImage: 127.5f, scaleImage: 1 / 127.5f))
            .Append(ml.Transforms.ApplyOnnxModel(
                [OnnxModel.FeaturesName], ["input"], model, new Dictionary<string, int[]> { ["input"] = [1, 3, 224, 224] }, recursionLimit: 100));
        _output = pipeline.Fit(data).Transform(data);
    }

    /// <summary>A view of paths.</summary>
    public static IDataView Rows(MLContext ml, string[] paths) => ml.Data.LoadFromEnumerable(paths.Select(path => new Input { ImagePath = path }));

    /// <summary>Reads a vector column to its end.</summary>
    /// <param name="view">The rows.</param>
    /// <param name="name">The column.</param>
    /// <param name="row">Hears of each row.</param>
    public static void Read(IDataView view, string name, Action<long>? row = null)
    {
        var column = view.Schema[name];
        using var cursor = view.GetRowCursor([column]);
        var getter = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> features = default;
        while (cursor.MoveNext())
        {
            getter(ref features);
            row?.Invoke(cursor.Position);
        }
    }

    /// <summary>Computes the features of all pictures.</summary>
    public void Run() => Read(_output, OnnxModel.FeaturesName);

    private sealed class Input
    {
        public string ImagePath { get; set; } = string.Empty;
    }
}
