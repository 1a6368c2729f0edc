using System.Diagnostics;
using Google.Protobuf;
using TransferLearning.Onnx;
using TransferLearning.Onnx.Protobuf;
using TransferLearning.Tests.Cli;
using TransferLearning.Tests.TestSupport;

namespace TransferLearning.Tests.Faults;

/// <summary>Rows 14 to 16: training. The loop's own tests, with twenty kills among them, are in Training.</summary>
[Collection(MeasuresTheProcess.Name)]
public sealed class TrainingFaultTests(DrawnExample example)
{
    private const int Kills = 3;

    private static readonly FineTuningOptions Short = new() { Freeze = FreezePoint.From("final.conv"), Epochs = 2, BatchSize = 12 };

    [Fact]
    public async Task Row_14_a_loss_that_is_not_a_number()
    {
        var options = Short with { LearningRate = 1e30, BackboneRate = 1 };
        using var scope = new FaultScope();
        var error = await scope.RefusedAsync<TrainingDivergedException>(
            () => TransferLearner.From(Backbones.TinyResNet).FineTuning(options).FitAsync(example.Dataset));
        Assert.InRange(error.Step, 1, 20);
        Assert.InRange(error.LearningRate, double.Epsilon, 1e30);
        Assert.NotNull(error.LastGoodModel);

        // The weights are those before the fault: they are finite, and the network runs with them.
        Assert.All(
            error.LastGoodModel.Proto.Graph.Initializer.Where(tensor => tensor.DataType == (int)TensorProto.Types.DataType.Float),
            tensor => Assert.True(Array.TrueForAll(error.LastGoodModel.ReadInitializer(tensor.Name), float.IsFinite), tensor.Name));
        using var extractor = new FeatureExtractor(error.LastGoodModel, Backbones.TinyResNet.Preprocessing);
        var logits = await extractor.ExtractAsync([example.Dataset.Test[0].Path]);
        Assert.Equal(DrawnImages.Classes.Count, logits.Columns);
        Assert.True(Array.TrueForAll(logits[0].ToArray(), float.IsFinite));
    }

    [Theory]
    [InlineData(TransferStage.Featurize)]
    [InlineData(TransferStage.FitHead)]
    [InlineData(TransferStage.Train)]
    public async Task Row_15_cancellation_at_every_stage(TransferStage stage)
    {
        using var cancellation = new CancellationTokenSource();
        var clock = new Stopwatch();
        var progress = new ListProgress(value =>
        {
            if (value.Stage != stage || clock.IsRunning)
                return;
            clock.Start();
            cancellation.Cancel();
        });
        using var scope = new FaultScope();
        var options = Short with { Epochs = 200, CheckpointFolder = scope.Path("checkpoint") };
        await scope.RefusedAsync<OperationCanceledException>(
            () => TransferLearner.From(Backbones.TinyResNet).FineTuning(options).FitAsync(example.Dataset, progress, cancellation.Token));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 5);
        if (Directory.Exists(scope.Path("checkpoint")))
            Assert.All(Directory.GetFiles(scope.Path("checkpoint")), scope.Keep);
    }

    [Fact]
    public async Task Row_15_a_cancelled_training_can_be_resumed()
    {
        using var scope = new FaultScope();
        var options = Short with { Epochs = 200, CheckpointFolder = scope.Path("checkpoint") };
        long cancelled = await CancelAsync(steps: 8);
        Assert.InRange(cancelled, 8, 30);
        scope.Keep(Path.Combine(scope.Path("checkpoint"), Checkpoint.FileName));
        Assert.InRange(await CancelAsync(steps: 0), cancelled, cancelled + 2);

        // The first step that is reported after this number.
        async Task<long> CancelAsync(int steps)
        {
            long reached = 0;
            using var cancellation = new CancellationTokenSource();
            var progress = new ListProgress(value =>
            {
                if (value.Stage != TransferStage.Train || value.Completed < steps || reached > 0)
                    return;
                reached = value.Completed;
                cancellation.Cancel();
            });
            await scope.RefusedAsync<OperationCanceledException>(
                () =>
                    TransferLearner.From(Backbones.TinyResNet).FineTuning(options).FitAsync(example.Dataset, progress, cancellation.Token));
            return reached;
        }
    }

    [Fact]
    public async Task Row_16_kill_9_while_training()
    {
        using var scope = new FaultScope();
        string[] Command(string model) =>
        [
            "train", "--backbone", "TinyResNet", example.Images, "-o", model, "--scenario", "fine-tuning", "--unfreeze-from", "final.conv",
            "--batch-size", "4",
            "--epochs", "24", "--resume",
        ];
        string unbroken = scope.Path("unbroken.onnx");
        string killed = scope.Path("killed.onnx");
        Assert.Equal(0, (await CliRun.RunAsync(Command(unbroken))).ExitCode);
        var random = new Random(16);
        for (int kill = 0; kill < Kills; kill++)
        {
            using var process = CliRun.Start(new Dictionary<string, string?>(), Command(killed));
            for (int epochs = random.Next(1, 6); epochs > 0; epochs--)
                await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
            await Task.Delay(random.Next(20), TestContext.Current.CancellationToken);
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.False(File.Exists(killed));
        }

        Assert.Equal(0, (await CliRun.RunAsync(Command(killed))).ExitCode);
        Assert.Equal(OnnxModel.Load(unbroken).Proto.Graph.ToByteArray(), OnnxModel.Load(killed).Proto.Graph.ToByteArray());
        scope.Keep(unbroken);
        scope.Keep(killed);
    }
}
