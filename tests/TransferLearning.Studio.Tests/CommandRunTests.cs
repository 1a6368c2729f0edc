using System.Diagnostics;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using TransferLearning.Studio.Tests.TestSupport;

namespace TransferLearning.Studio.Tests;

/// <summary>What the command line trains with <c>--project</c> is listed by <c>runs</c> and by the studio.</summary>
public sealed class CommandRunTests
{
    [Fact]
    public async Task A_command_records_its_runs_beside_an_open_studio_and_runs_lists_them()
    {
        using var folder = new TemporaryFolder();
        string images = folder.File("images");
        TestImages.WriteClasses(images, 8, "circle", "square");
        Assert.Equal("[]", (await ToolAsync("runs", images, "--json")).Output.Trim());
        Assert.False(Directory.Exists(Path.Combine(images, ProjectFolder.StateName)));
        string[] train = ["train", "--backbone", "TinyResNet", "--scenario", "feature-extraction", "--project", images];
        var first = await ToolAsync([.. train, images]);
        Assert.Equal((0, ""), (first.ExitCode, first.Errors));

        // The studio has the project open meanwhile.
        await using (await StudioProcess.StartAsync(images))
        {
            string elsewhere = folder.File("second.onnx");
            Assert.Equal(0, (await ToolAsync([.. train, images, "-o", elsewhere])).ExitCode);
            Assert.Equal(2, (await ToolAsync([.. train, folder.File("none")])).ExitCode);
            Assert.True(File.Exists(elsewhere));
        }

        var project = ProjectFolder.Find(images)!;
        var runs = new RunTable(project.Database).All();
        Assert.Equal(["Run 3", "second", "Run 1"], runs.Select(run => run.Name));
        Assert.Equal([RunState.Failed, RunState.Done, RunState.Done], runs.Select(run => run.State));
        Assert.Contains("none", runs[0].Error, StringComparison.Ordinal);
        Assert.All(runs, run => Assert.Equal(TrainingRun.OfCommand, run.Source));
        Assert.Equal(runs[1].DataHash, runs[2].DataHash);
        foreach (var run in runs.Skip(1))
        {
            Assert.Equal((TransferScenario.FeatureExtraction, "TinyResNet"), (run.Scenario, run.Backbone));
            string model = Path.Combine(project.State, run.Model!);
            Assert.Equal(new RunFiles(project, run.Id).Model, model);
            Assert.Equal(run.Bytes, new FileInfo(model).Length);
            using var classifier = ImageClassifier.Load(model);
            Assert.Equal(["circle", "square"], classifier.Labels);
            Assert.Equal(classifier.Training!.DataHash, run.DataHash);
        }

        using var listed = JsonDocument.Parse((await ToolAsync("runs", images, "--json")).Output);
        Assert.Equal(
            ["failed", "done", "done"], listed.RootElement.EnumerateArray().Select(run => run.GetProperty("state").GetString()));
        Assert.Equal(runs[2].Accuracy, listed.RootElement[2].GetProperty("accuracy").GetDouble());
        Assert.Equal(new RunFiles(project, 1).Model, listed.RootElement[2].GetProperty("model").GetString());
        string table = (await ToolAsync("runs", project.State)).Output;
        Assert.Contains("feature-extraction", table, StringComparison.Ordinal);
        Assert.Contains(runs[2].DataHash![..8], table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_killed_command_is_listed_as_interrupted_and_goes_on_as_the_same_run()
    {
        using var folder = new TemporaryFolder();
        string images = folder.File("images");
        TestImages.WriteClasses(images, 8, "circle", "square");
        string[] train =
        [
            "train", images, "--project", images, "--backbone", "TinyResNet", "--scenario", "fine-tuning", "--unfreeze-from", "final.conv",
            "--batch-size", "4", "--early-stopping", "0", "--learning-rate", "0.000001",
        ];
        var project = ProjectFolder.Open(images);
        var table = new RunTable(project.Database);
        using (var process = Start([.. train, "--epochs", "80"]))
        {
            while (await process.StandardError.ReadLineAsync() is { } line && !line.StartsWith("Epoch 3:", StringComparison.Ordinal))
            {
            }

            Assert.Equal(RunState.Running, Assert.Single(RunLock.ReadRuns(project, table)).State);
            Assert.Equal(RunState.Running, Assert.Single(table.All()).State);
            process.Kill();
            await process.WaitForExitAsync();
        }

        Assert.Contains("interrupted", (await ToolAsync("runs", images)).Output, StringComparison.Ordinal);
        Assert.Equal(RunState.Interrupted, Assert.Single(table.All()).State);
        var resumed = await ToolAsync([.. train, "--epochs", "80", "--resume"]);
        Assert.Equal(0, resumed.ExitCode);
        var run = Assert.Single(table.All());
        Assert.Equal((RunState.Done, TransferScenario.FineTuning, null), (run.State, run.Scenario, run.Error));
        Assert.Equal(80, TrainingHistory.FromJson(run.Epochs!).Count);
        Assert.DoesNotContain("Epoch 1:", resumed.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_a_later_version_is_refused_and_one_of_the_first_version_is_renewed()
    {
        using var folder = new TemporaryFolder();
        string images = folder.File("images");
        TestImages.WriteClasses(images, 2, "circle", "square");
        var project = ProjectFolder.Open(images);
        new RunTable(project.Database).Add(Sample);
        Write(
            project.Database,
            "ALTER TABLE runs DROP COLUMN scenario; ALTER TABLE runs DROP COLUMN backbone; ALTER TABLE images DROP COLUMN name; " +
            "DROP TABLE kept_labels; ALTER TABLE runs DROP COLUMN best_epoch; PRAGMA user_version = 1");
        Assert.Null(Assert.Single(new RunTable(project.Database).All()).Scenario);
        new RunTable(project.Database).Add(Sample with { Scenario = TransferScenario.Auto, BestEpoch = 0 });
        Assert.Equal([0, null], new RunTable(project.Database).All().Select(run => run.BestEpoch));

        Write(project.Database, "PRAGMA user_version = 99");
        foreach (string[] command in (string[][])[["runs", images], ["train", images, "--project", images]])
        {
            var refused = await ToolAsync(command);
            Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
            Assert.Contains("was written by a later version; update the tool", refused.Errors, StringComparison.Ordinal);
        }
    }

    private static TrainingRun Sample => new()
    {
        Name = "x", Source = TrainingRun.OfStudio, State = RunState.Done, Created = DateTimeOffset.UnixEpoch, Options = "{}",
    };

    private static void Write(string database, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        Database.Execute(connection, sql);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> ToolAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        string[] lines = [.. (await errors).Split('\n').Where(line => !line.StartsWith("progress: ", StringComparison.Ordinal))];
        return (process.ExitCode, output, string.Join('\n', lines));
    }

    private static Process Start(params string[] arguments) =>
        StudioProcess.StartProgram("TransferLearning.Cli", arguments);
}
