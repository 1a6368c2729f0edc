using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.MLNet;

/// <summary>Any trainer of ML.NET learns from the features, and what it learned survives saving.</summary>
public sealed class TrainerTests(DrawnExample example)
{
    private readonly MLContext _ml = new(seed: 1);

    [Theory]
    [InlineData("SDCA")]
    [InlineData("L-BFGS")]
    [InlineData("linear SVM")]
    [InlineData("averaged perceptron")]
    [InlineData("FastTree")]
    [InlineData("LightGBM")]
    public void Learns_from_features_and_scores_the_same_after_loading(string trainer)
    {
        // Thirty images are few for trees, which see no directions but single features.
        double least = trainer is "FastTree" or "LightGBM" ? 0.5 : 0.75;
        var test = ImageRows.Paths(_ml, example.Dataset.Test);
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(_ml.TransferLearning.FeaturizeImages("Features", "ImagePath", Backbones.TinyResNet))
            .AppendCacheCheckpoint(_ml)
            .Append(Trainer(trainer))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        using var model = pipeline.Fit(ImageRows.Paths(_ml, example.Dataset.Train));
        var scored = model.Transform(test);
        var metrics = _ml.MulticlassClassification.Evaluate(scored);
        Assert.InRange(metrics.MicroAccuracy, least, 1);

        using var stream = new MemoryStream();
        _ml.Model.Save(model, test.Schema, stream);
        stream.Position = 0;
        using var loaded = (IDisposable)new MLContext().Model.Load(stream, out _);
        var again = ((ITransformer)loaded).Transform(test);
        Assert.InRange(ImageRows.Difference(ImageRows.Vectors(scored, "Score"), ImageRows.Vectors(again, "Score")), 0, 1e-3);
    }

    private IEstimator<ITransformer> Trainer(string name)
    {
        var binary = _ml.BinaryClassification.Trainers;
        var trainers = _ml.MulticlassClassification.Trainers;
        return name switch
        {
            "SDCA" => trainers.SdcaMaximumEntropy(),
            "L-BFGS" => trainers.LbfgsMaximumEntropy(),
            "linear SVM" => trainers.OneVersusAll(binary.LinearSvm(numberOfIterations: 10)),
            "averaged perceptron" => trainers.OneVersusAll(binary.AveragedPerceptron(numberOfIterations: 10)),
            "FastTree" => trainers.OneVersusAll(binary.FastTree(new FastTreeBinaryTrainer.Options
            {
                NumberOfTrees = 20, NumberOfLeaves = 4, MinimumExampleCountPerLeaf = 2, NumberOfThreads = 1,
            })),
            _ => trainers.LightGbm(new LightGbmMulticlassTrainer.Options
            {
                NumberOfIterations = 20, NumberOfLeaves = 4, MinimumExampleCountPerLeaf = 2, NumberOfThreads = 1,
            }),
        };
    }
}
