using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using TransferLearning.Onnx;

namespace TransferLearning.Benchmarks.Comparisons;

/// <summary>
/// The chain that ML.NET's documentation shows for images and ONNX models: LoadImages, ResizeImages, ExtractPixels, ApplyOnnxModel.
/// </summary>
internal sealed class StockPipeline
{
    /// <summary>The output of MobileNetV2 as it is.</summary>
    public const string ProbabilitiesOutput = "probabilities";

    private readonly MLContext _ml = new(seed: 1);
    private readonly ITransformer _model;
    private readonly IDataView _output;
    private readonly string _column;

    /// <param name="model">The file of MobileNetV2.</param>
    /// <param name="paths">The images.</param>
    /// <param name="column">The output that is wanted; as a rule the features of the network without its top.</param>
    public StockPipeline(string model, string[] paths, string column = OnnxModel.FeaturesName)
    {
        _column = column;
        var data = Rows(_ml, paths);
        var pipeline = _ml.Transforms.LoadImages("image", string.Empty, nameof(Input.ImagePath))
            .Append(_ml.Transforms.ResizeImages("image", 224, 224, "image", ImageResizingEstimator.ResizingKind.IsoCrop))
            .Append(_ml.Transforms.ExtractPixels("input", "image", offsetImage: 127.5f, scaleImage: 1 / 127.5f))
            .Append(_ml.Transforms.ApplyOnnxModel(
                [column], ["input"], model, new Dictionary<string, int[]> { ["input"] = [1, 3, 224, 224] }, recursionLimit: 100));
        _model = pipeline.Fit(data);
        _output = _model.Transform(data);
    }

    /// <summary>A view of paths.</summary>
    public static IDataView Rows(MLContext ml, string[] paths) =>
        ml.Data.LoadFromEnumerable(paths.Select(path => new Input { ImagePath = path }));

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

    /// <summary>Computes the output of all images.</summary>
    public void Run() => Read(_output, _column);

    /// <summary>ML.NET's way for one image after the other; the output is <see cref="ProbabilitiesOutput"/>.</summary>
    public SingleImages Engine() => new(_ml.Model.CreatePredictionEngine<Input, Output>(_model));

    /// <summary>Computes one image at a time.</summary>
    internal sealed class SingleImages(PredictionEngine<Input, Output> engine) : IDisposable
    {
        public float[] Predict(string path) => engine.Predict(new Input { ImagePath = path }).Probabilities;

        public void Dispose() => engine.Dispose();
    }

    internal sealed class Input
    {
        public string ImagePath { get; set; } = string.Empty;
    }

    internal sealed class Output
    {
        [ColumnName(ProbabilitiesOutput)]
        public float[] Probabilities { get; set; } = [];
    }
}
