using System.Globalization;
using Microsoft.Playwright;
using TransferLearning.Studio.Tests.TestSupport;
using static Microsoft.Playwright.Assertions;

namespace TransferLearning.Studio.Tests;

/// <summary>What is done with a finished run, on dogs and cats in Chromium.</summary>
public sealed class RunPartsTests(TrainedStudio studio)
{
    [Fact]
    public async Task Evaluate_counts_every_image_shows_those_of_a_cell_and_stores_a_threshold_that_predictions_respect()
    {
        var page = await studio.OpenAsync("");
        // A wrong label among the images that validate.
        string before = await page.Locator("button.pick", new() { HasText = "cat" }).Locator(".count").InnerTextAsync();
        await page.Locator("button.pick", new() { HasText = "Validation" }).ClickAsync();
        await page.GetByRole(AriaRole.Option).First.ClickAsync();
        await page.Keyboard.PressAsync("2");
        await Expect(page.Locator("button.pick", new() { HasText = "cat" }).Locator(".count")).Not.ToHaveTextAsync(before);
        await page.Locator(".studio-nav a[href='evaluate']").ClickAsync();
        var numbers = page.Locator(".matrix td button, .matrix td span");
        await Expect(numbers.First).ToBeVisibleAsync();
        string[] counts = [.. await numbers.AllInnerTextsAsync()];
        Assert.Equal(103, counts.Sum(count => int.Parse(count, CultureInfo.InvariantCulture)));
        var changed = page.GetByText("images or labels have changed since then");
        await Expect(changed).ToBeVisibleAsync();
        // The label is mended where the mistake is seen.
        await page.GetByRole(AriaRole.Button, new() { Name = "It is cat" }).First.ClickAsync();
        await Expect(page.GetByText("1 image to 'cat'").First).ToBeVisibleAsync();
        await page.Locator(".studio-nav a[href='']").ClickAsync();
        await Expect(page.Locator("button.pick", new() { HasText = "cat" }).Locator(".count")).ToHaveTextAsync(before);
        await page.Locator(".studio-nav a[href='evaluate']").ClickAsync();
        await Expect(numbers.First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(changed).ToHaveCountAsync(0);
        await page.Locator(".matrix td.right button").First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "cat, found" })).ToBeVisibleAsync();
        await Expect(page.Locator("article.finding").First).ToContainTextAsync("Labelled cat, and found to be cat");
        await page.GetByRole(AriaRole.Button, new() { Name = "Where it looks" }).First.ClickAsync();
        var explained = page.Locator("article.finding img[src*='explain']");
        await Expect(explained).Not.ToHaveJSPropertyAsync("naturalWidth", 0);

        // What the page promises is what the model does then, with a probability alone and with a similarity too.
        var card = page.GetByRole(AriaRole.Region, new() { Name = "Unknown images" });
        for (int presses = 0; presses < 30; presses++)
            await card.GetByRole(AriaRole.Slider).PressAsync("ArrowRight");
        await Expect(card).ToContainTextAsync("Smallest probability 85.0%");
        string promised = await PromiseAsync(card);
        await StoreAsync(card, promised);
        using (var sure = ImageClassifier.Load(ModelOf(1)))
        {
            Assert.Equal((-1d, 0.85), (sure.Rejection!.Threshold, Math.Round(sure.Rejection.Confidence, 6)));
            Assert.Equal(promised, await DoneAsync(sure));
        }

        await card.GetByRole(AriaRole.Checkbox).CheckAsync();
        await Expect(card.Locator("[data-part=effect]")).Not.ToHaveTextAsync(promised);
        string stricter = await PromiseAsync(card);
        Assert.NotEqual(promised, stricter);
        await StoreAsync(card, stricter);
        using var classifier = ImageClassifier.Load(ModelOf(1));
        Assert.Equal(stricter, await DoneAsync(classifier));
        byte[] drawing = TestImages.Draw(5);
        Assert.False(classifier.Predict(drawing, "a drawing").IsKnown);

        // It is there when the page is opened again, and Try says why an image is unknown.
        await page.Locator(".studio-nav a[href='try']").ClickAsync();
        await Given.PasteAsync(page, drawing);
        await Expect(page.Locator("[data-part=answer]")).ToContainTextAsync("Unknown (closest: ");
        await Expect(page.Locator("[data-part=why]")).ToContainTextAsync("unlike those that it was trained on");
        await page.Locator(".studio-nav a[href='use']").ClickAsync();
        await Expect(page.GetByText("its probability is 85.0% or more and the image is like")).ToBeVisibleAsync();
        await page.Locator(".studio-nav a[href='evaluate']").ClickAsync();
        await Expect(card).ToContainTextAsync("Smallest probability 85.0%");
        await Expect(card.GetByRole(AriaRole.Checkbox)).ToBeCheckedAsync();
        Assert.Equal(stricter, await PromiseAsync(card));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Use_saves_model_and_report_and_refuses_a_loss_of_accuracy_and_runs_are_compared_noted_and_deleted()
    {
        var page = await studio.OpenAsync("use");
        var download = await page.RunAndWaitForDownloadAsync(
            () => page.GetByRole(AriaRole.Link, new() { Name = "Save the model" }).ClickAsync());
        using (var saved = ImageClassifier.Load(await download.PathAsync()))
            Assert.Equal(["cat", "dog"], saved.Labels);
        await Expect(page.GetByText("Run-1.onnx goes where your browser keeps downloads")).ToBeVisibleAsync();
        // No page comes.
        await Expect(page.Locator(".studio[data-moving]")).ToHaveCountAsync(0);
        await Expect(page.Locator("pre.snippet")).ToContainTextAsync("Load(\"Run-1.onnx\")");
        var report = await page.RunAndWaitForDownloadAsync(
            () => page.GetByRole(AriaRole.Link, new() { Name = "Report to share" }).ClickAsync());
        Assert.Contains("cat", await File.ReadAllTextAsync(await report.PathAsync()), StringComparison.Ordinal);
        await Expect(page.Locator("pre.snippet")).ToContainTextAsync("ImageClassifier.Load");
        await page.GetByRole(AriaRole.Button, new() { Name = "Python" }).ClickAsync();
        await Expect(page.Locator("pre.snippet")).ToContainTextAsync("LABELS = [\"cat\",\"dog\"]");
        // Of this network the smaller form would lose two images of 103, which is more than one percent.
        await page.GetByRole(AriaRole.Button, new() { Name = "Make it smaller" }).ClickAsync();
        await Expect(page.GetByText("the maximum loss is 1.0%")).ToBeVisibleAsync();

        // A second run, as the command line would record one.
        var runs = new RunTable(Path.Combine(studio.Root, ProjectFolder.StateName, "studio.db"));
        var second = runs.Add(runs.Find(1)! with { Name = "Second", Source = "command", Model = "runs/2/model.onnx" });
        Assert.Equal(2, second.Id);
        Directory.CreateDirectory(Path.GetDirectoryName(ModelOf(2))!);
        File.Copy(ModelOf(1), ModelOf(2));
        var third = runs.Add(
            runs.Find(1)! with { Name = "Third", State = RunState.Cancelled, Model = "runs/1/model.onnx", Accuracy = 0.5 });
        // The best one is offered, of equal ones the first, and what is chosen stays on other pages.
        var picked = page.Locator(".run-picker");
        await page.Locator(".studio-nav a[href='try']").ClickAsync();
        await Expect(picked).ToContainTextAsync("Run 1");
        await picked.ClickAsync();
        await page.Locator(".mud-list-item", new() { HasText = "Second" }).ClickAsync();
        await page.Locator(".studio-nav a[href='use']").ClickAsync();
        await Expect(picked).ToContainTextAsync("Second");
        await page.Locator(".studio-nav a[href='runs']").ClickAsync();
        var boxes = page.Locator("td input[type=checkbox]");
        await Expect(boxes).ToHaveCountAsync(3);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Resume: Third" })).ToBeVisibleAsync();
        foreach (string name in (string[])["Second", "Run 1"])
            await page.GetByLabel($"Compare {name}").CheckAsync();
        await Expect(page.GetByLabel("Compare Third")).ToBeDisabledAsync();
        runs.Delete(third.Id);
        await Expect(boxes).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "Compare two runs" }).ClickAsync();
        await Expect(page.GetByText("Both get the same images right")).ToBeVisibleAsync();
        var notes = page.GetByLabel("Notes of Run 1");
        await notes.FillAsync("the first one");
        await notes.PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).First.ClickAsync();
        await page.Locator(".mud-dialog").GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(boxes).ToHaveCountAsync(1);
        Assert.False(File.Exists(ModelOf(2)));
        Assert.True(File.Exists(ModelOf(1)));
        Assert.Equal("the first one", runs.Find(1)!.Notes);
        await page.Context.CloseAsync();
    }

    /// <summary>What the page says that the chosen limits do.</summary>
    private static Task<string> PromiseAsync(ILocator card) => card.Locator("[data-part=effect]").InnerTextAsync();

    private static async Task StoreAsync(ILocator card, string promised)
    {
        await card.GetByRole(AriaRole.Button, new() { Name = "Store in the model" }).ClickAsync();
        await Expect(card.GetByRole(AriaRole.Status)).ToContainTextAsync("Stored in the model: It answers where");
        await Expect(card.GetByRole(AriaRole.Status)).ToContainTextAsync(promised);
    }

    /// <summary>What a classifier does to the validation images, in the words of the page.</summary>
    private async Task<string> DoneAsync(ImageClassifier classifier)
    {
        int images = 0, answered = 0, right = 0;
        foreach (string label in (string[])["cat", "dog"])
        {
            var predicted = await classifier.PredictAsync(Directory.GetFiles(Path.Combine(studio.Root, "valid", label)));
            images += predicted.Count;
            answered += predicted.Count(item => item.Prediction!.IsKnown);
            right += predicted.Count(item => item.Prediction!.IsKnown && item.Prediction.Label == label);
        }

        return $"Answers {Words.Share((double)answered / images)} of these images, " +
            $"and {Words.Share((double)right / answered)} of those are right.";
    }

    private string ModelOf(int run) => Path.Combine(
        studio.Root, ProjectFolder.StateName, "runs", run.ToString(CultureInfo.InvariantCulture), "model.onnx");
}
