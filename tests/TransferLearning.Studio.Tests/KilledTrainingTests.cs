using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;
using TransferLearning.Studio.Tests.TestSupport;
using static Microsoft.Playwright.Assertions;

namespace TransferLearning.Studio.Tests;

/// <summary>
/// Processes that are killed while a run trains: nothing is lost, no process is left behind, and the run comes to its end.
/// </summary>
public sealed class KilledTrainingTests(TrainedStudio shared)
{
    private const int Epochs = 40;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_killed_studio_goes_on_with_its_run_a_killed_training_resumes_by_one_click_and_a_stopped_one_keeps_its_best_epoch()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc to find the process of the training");
        using var folder = new TemporaryFolder();
        string images = folder.File("images");
        TestImages.WriteClasses(images, 20, "circle", "square");
        var (project, table, run) = Queue(images);
        var files = new RunFiles(project, run);

        await using (var studio = await StudioProcess.StartAsync(images))
        {
            await EpochAsync(table, run, 2);
            table.Update(run, known => known with { Notes = "mine" });
            int training = Assert.Single(TrainingsOf(images));
            await studio.KillAsync();
            // It notices by itself that it is alone.
            Assert.True(SpinWait.SpinUntil(() => TrainingsOf(images).Length == 0, Patience), $"process {training} goes on alone");
            Assert.False(RunLock.IsHeld(files));
            Assert.Equal(RunState.Running, table.Find(run)!.State);
        }

        await using (var studio = await StudioProcess.StartAsync(images))
        {
            await EpochAsync(table, run, EpochsOf(table, run) + 2);
            await studio.KillAsync();
            foreach (int training in TrainingsOf(images))
                Kill(training);
        }

        await using (var studio = await StudioProcess.StartAsync(images))
        {
            int before = EpochsOf(table, run);
            await EpochAsync(table, run, before + 1);
            Kill(Assert.Single(TrainingsOf(images)));
            await StateAsync(table, run, RunState.Interrupted);
            var page = await shared.Browser.OpenAsync(studio.Address);
            await page.GetByRole(AriaRole.Link, new() { Name = "Train" }).ClickAsync();
            await Expect(page.GetByText("was killed or died (exit code 137)").First).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
            await EpochAsync(table, run, EpochsOf(table, run) + 1);
            await page.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
            await Expect(page.GetByText("The best epoch so far is the model")).ToBeVisibleAsync();
            var stopped = table.Find(run)!;
            Assert.InRange(EpochsOf(table, run), before, Epochs - 1);
            using (var best = ImageClassifier.Load(files.Model))
                Assert.Equal(stopped.Accuracy, best.Training!.ValidationAccuracy);

            await page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
            await StateAsync(table, run, RunState.Done);
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Resume" })).ToHaveCountAsync(0);
            string line = (await page.Locator(".curves polyline").First.GetAttributeAsync("points"))!;
            Assert.Equal(EpochsOf(table, run), line.Split(' ').Length);
            await page.Context.CloseAsync();
        }

        var done = table.Find(run)!;
        Assert.Equal((RunState.Done, "mine", null), (done.State, done.Notes, done.Error));
        // It may end early, as nothing is learned at that rate.
        Assert.Equal(Enumerable.Range(1, EpochsOf(table, run)), TrainingHistory.FromJson(done.Epochs!).Select(epoch => epoch.Epoch));
        using var classifier = ImageClassifier.Load(files.Model);
        Assert.Equal(["circle", "square"], classifier.Labels);
        Assert.False(files.HasCheckpoint);
        string[] notes = [.. RunLog.Read(files.Log).Select(said => said.Note).OfType<string>()];
        Assert.Equal(2, notes.Count(note => note == "The studio was killed while this run trained."));
        Assert.Equal(4, notes.Count(note => note == "Goes on from the last checkpoint."));
        Assert.Empty(TrainingsOf(images));
    }

    [Fact]
    public async Task Another_folder_is_opened_while_a_run_trains_and_the_run_goes_on_when_its_folder_is_opened_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc to find the process of the training");
        using var folder = new TemporaryFolder();
        string images = folder.File("images"), other = folder.File("below/other");
        TestImages.WriteClasses(images, 20, "circle", "square");
        var (project, table, run) = Queue(images, epochs: 1000, patience: 0);
        await using var studio = await StudioProcess.StartAsync(images);
        await EpochAsync(table, run, 2);
        var page = await shared.Browser.OpenAsync(studio.Address);

        await OpenAsync(page, other, "There is no folder");
        Assert.False(Directory.Exists(other));
        await page.GetByRole(AriaRole.Button, new() { Name = "Create it" }).ClickAsync();
        await Expect(page.Locator(".studio-project")).ToHaveTextAsync("other");
        await StateAsync(table, run, RunState.Queued);
        await Task.Delay(1000);
        Assert.Empty(TrainingsOf(images));
        Assert.Equal(RunState.Queued, table.Find(run)!.State);

        int before = EpochsOf(table, run);
        await OpenAsync(page, images, "Images");
        await Expect(page.Locator(".studio-project")).ToHaveTextAsync("images");
        await EpochAsync(table, run, before + 1);
        await page.Context.CloseAsync();
        Assert.Single(RunLog.Read(new RunFiles(project, run).Log), said => said.Note == "Goes on from the last checkpoint.");

        static async Task OpenAsync(IPage page, string path, string expected)
        {
            await page.GetByRole(AriaRole.Link, new() { Name = "Open another folder" }).ClickAsync();
            await page.GetByLabel("Folder", new() { Exact = true }).FillAsync(path);
            await page.GetByRole(AriaRole.Button, new() { Name = "Open", Exact = true }).ClickAsync();
            await Expect(page.GetByText(expected).First).ToBeVisibleAsync();
        }
    }

    /// <summary>A fine-tuning that waits for a studio, as the page puts one into the queue.</summary>
    private static (ProjectFolder Project, RunTable Table, long Run) Queue(string images, int epochs = Epochs, int? patience = null)
    {
        var project = ProjectFolder.Open(images);
        var table = new RunTable(project.Database);
        var options = new RunOptions
        {
            Scenario = TransferScenario.FineTuning, Backbone = "TinyResNet", Epochs = epochs, Patience = patience, BatchSize = 4,
            LearningRate = 1e-6,
            Freeze = 0, Augment = true,
        };
        var run = table.Add(new TrainingRun
        {
            Name = "Run 1", Source = TrainingRun.OfStudio, State = RunState.Queued, Created = DateTimeOffset.UtcNow,
            Options = options.ToJson(),
        });
        var files = new RunFiles(project, run.Id);
        Directory.CreateDirectory(files.Folder);
        RunData.Of(ImageDataset.FromFolder(images)).Save(files.Data);
        return (project, table, run.Id);
    }

    private static int EpochsOf(RunTable table, long run) =>
        table.Find(run)!.Epochs is { } json ? TrainingHistory.FromJson(json).Count : 0;

    private static async Task EpochAsync(RunTable table, long run, int epoch)
    {
        for (var clock = Stopwatch.StartNew(); EpochsOf(table, run) < epoch; await Task.Delay(20))
            Assert.True(clock.Elapsed < Patience, $"epoch {epoch} did not come: {table.Find(run)}");
    }

    private static async Task StateAsync(RunTable table, long run, RunState state)
    {
        for (var clock = Stopwatch.StartNew(); table.Find(run)!.State != state; await Task.Delay(20))
            Assert.True(clock.Elapsed < Patience, $"it did not become {state}: {table.Find(run)}");
    }

    /// <summary>The processes that train a run of this folder.</summary>
    private static int[] TrainingsOf(string images) =>
        [.. Directory.EnumerateDirectories("/proc").Where(place => IsTraining(place, images)).Select(NumberOf)];

    private static int NumberOf(string place) => int.Parse(Path.GetFileName(place), CultureInfo.InvariantCulture);

    private static bool IsTraining(string place, string images)
    {
        try
        {
            string[] command = File.ReadAllText(Path.Combine(place, "cmdline")).Split('\0');
            return command.Contains(TrainingProcess.Command) && command.Contains(images);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Kill(int process)
    {
        using var killed = Process.GetProcessById(process);
        killed.Kill();
    }
}
