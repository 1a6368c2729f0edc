using TransferLearning.Onnx;
using TransferLearning.Tests.Onnx;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Training.Architectures;

/// <summary>Takes a network through everything that a user does with it.</summary>
internal static class WholeNetwork
{
    private const int Examples = 8;
    private const int Batch = 4;
    private const int Classes = 3;

    /// <summary>
    /// Trains all of a network for an epoch on noise, saves it, and compares the scores of the file with those of the training.
    /// </summary>
    /// <param name="model">The network.</param>
    /// <param name="tolerance">The difference of the scores, in parts of the greatest score.</param>
    public static void TrainSaveAndLoad(OnnxModel model, double tolerance = 1e-4)
    {
        var backbone = model.WithSinglePrecision().WithFreeBatch().WithoutTop();
        int length = (int)backbone.Inputs[0].Dimensions.Skip(1).Aggregate(1L, (product, size) => product * size!.Value);
        var images = new FeatureMatrix(Examples, length);
        for (int i = 0; i < Examples; i++)
            OnnxRun.Noise(i, length).CopyTo(images.RowForWriting(i));
        var plan = new FineTuningPlan(backbone, FreezePoint.None);
        var examples = Activations(plan, new TrainingExamples(images, [.. Enumerable.Range(0, Examples).Select(i => i % Classes)]));
        var options = new FineTuningOptions
        {
            Freeze = FreezePoint.None,
            Epochs = 1,
            BatchSize = Batch,
            LearningRate = 1e-3,

            // On noise no epoch is better than the fitted head, which would be the model otherwise.
            EarlyStopping = new EarlyStopping { RestoreBest = false },
            Execution = new ExecutionOptions { Threads = 1 },
        };
        var trained = FineTuner.Fit(plan, examples, examples, Classes, options).Model;
        Assert.True(Changed(backbone, trained), "Training has changed no weight of the backbone.");

        using var runner = new TrainablePartRunner(trained, plan.Cut, trained.Outputs[0].Name, Batch, options.Execution);
        var scores = runner.Run(examples, CancellationToken.None);
        using var folder = new TemporaryFolder();
        string file = folder.File("trained.onnx");
        trained.Save(file);

        // In the batches of the training: a normalization of the batch makes scores depend on it.
        long[] shape = [Batch, .. backbone.Inputs[0].Dimensions.Skip(1).Select(size => size!.Value)];
        var inputs = Enumerable.Range(0, Examples).Select(i => images[i].ToArray()).Chunk(Batch)
            .Select(batch => batch.SelectMany(image => image).ToArray());
        float[] loaded = [.. OnnxRun.RunEach(OnnxModel.Load(file), inputs, shape).SelectMany(result => result.Values)];
        OnnxRun.AssertClose([.. Enumerable.Range(0, Examples).SelectMany(i => scores[i].ToArray())], loaded, tolerance);
    }

    /// <summary>What a network without weights before its first layer makes of the images, for instance padding.</summary>
    private static TrainingExamples Activations(FineTuningPlan plan, TrainingExamples images)
    {
        if (plan.CutsAtInput)
            return images;
        using var runner = new TrainablePartRunner(plan.Backbone, plan.Backbone.Inputs[0].Name, plan.Cut, Batch, ExecutionOptions.Default);
        return new TrainingExamples(runner.Run(images, CancellationToken.None), [.. images.Labels]);
    }

    private static bool Changed(OnnxModel before, OnnxModel after) => before.Index.Weights.Any(
        weight => !before.ReadInitializer(weight.Name).AsSpan().SequenceEqual(after.ReadInitializer(weight.Name)));
}
