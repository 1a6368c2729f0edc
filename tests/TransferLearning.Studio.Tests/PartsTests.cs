using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TransferLearning.Studio.Tests.TestSupport;
using static Microsoft.Playwright.Assertions;

namespace TransferLearning.Studio.Tests;

/// <summary>The parts after the images, each from its first click to its result, on dogs and cats in Chromium.</summary>
public sealed partial class PartsTests(TrainedStudio studio)
{
    [Fact]
    public async Task From_an_empty_page_to_a_saved_model_that_is_right_on_97_percent_of_valid()
    {
        var page = await studio.OpenAsync("train");
        string result = await page.Locator(".result strong").InnerTextAsync();
        Assert.InRange(double.Parse(result.TrimEnd('%'), CultureInfo.InvariantCulture), 97, 100);
        await page.GetByRole(AriaRole.Link, new() { Name = "Use it" }).ClickAsync();
        var download = await page.RunAndWaitForDownloadAsync(
            () => page.GetByRole(AriaRole.Link, new() { Name = "Save the model" }).ClickAsync());
        using var classifier = ImageClassifier.Load(await download.PathAsync());
        int right = 0, images = 0;
        foreach (string label in (string[])["cat", "dog"])
        {
            string[] files = Directory.GetFiles(Path.Combine(studio.Root, "valid", label));
            var predicted = await classifier.PredictAsync(files);
            right += predicted.Count(answer => answer.Prediction!.Label == label);
            images += files.Length;
        }

        Assert.InRange((double)right / images, 0.97, 1);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Check_finds_the_planted_label_and_one_click_mends_it_and_undo_brings_it_back()
    {
        var page = await studio.OpenAsync("check");
        var planted = await CheckAsync(page);
        // Few suspects are shown, and none of the two answers is preferred.
        Assert.InRange(await page.Locator("section#WrongLabel article").CountAsync(), 1, 12);
        await Expect(planted.GetByRole(AriaRole.Button, new() { Name = "It is dog" }))
            .ToHaveClassAsync((await planted.GetByRole(AriaRole.Button, new() { Name = "It is cat" }).GetAttributeAsync("class"))!);
        // A label that is kept is a step like others.
        await planted.GetByRole(AriaRole.Button, new() { Name = "It is cat" }).ClickAsync();
        await Expect(planted).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = $"Undo: '{TrainedStudio.Planted}' is 'cat'" })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Control+z");
        await Expect(planted).ToBeVisibleAsync();
        await planted.GetByRole(AriaRole.Button, new() { Name = "It is dog" }).ClickAsync();
        await Expect(planted).ToHaveCountAsync(0);
        await ChromiumBrowser.GoToAsync(page, new Uri(new Uri(page.Url), "/"));
        await page.Locator("button.pick", new() { HasText = "dog" }).First.ClickAsync();
        await Expect(page.Locator($".tile[title='train/cat/{TrainedStudio.Planted}'] .label")).ToHaveTextAsync("dog");
        Assert.True(File.Exists(Path.Combine(studio.Root, "train", "cat", TrainedStudio.Planted)));

        await ChromiumBrowser.GoToAsync(page, new Uri(new Uri(page.Url), "/check"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.Locator("article.finding", new() { HasText = "Labelled cat" }).First).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Advise_measures_the_layers_and_hands_its_advice_to_the_next_run()
    {
        var page = await studio.OpenAsync("advise");
        await AdviseAsync(page);
        Assert.True(await page.Locator(".chart-dot").CountAsync() >= 3);
        await page.GetByRole(AriaRole.Button, new() { Name = "Compare pretrained networks" }).ClickAsync();
        var ranked = page.Locator(".advice table tbody tr");
        await Expect(ranked.First).ToContainTextAsync("%", new() { Timeout = 60_000 });
        await Expect(page.Locator(".advice tr.chosen")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Train that way" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Train");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Try_predicts_a_file_explains_it_and_follows_the_camera()
    {
        var page = await studio.OpenAsync("try");
        await TryAsync(page, Directory.GetFiles(Path.Combine(studio.Root, "valid", "dog"))[0]);
        await Expect(page.Locator("[data-part=answer]")).ToContainTextAsync("dog");
        await page.GetByRole(AriaRole.Button, new() { Name = "Where it looks" }).ClickAsync();
        await Expect(page.Locator(".try-figure")).ToBeVisibleAsync();
        await Expect(page.Locator(".try-figure")).Not.ToHaveJSPropertyAsync("naturalWidth", 0);
        Assert.True(await page.Locator(".try-figure").EvaluateAsync<int>("figure => figure.naturalWidth") > 300);
        string explained = (await page.Locator(".try-figure").GetAttributeAsync("src"))!;
        await page.GetByRole(AriaRole.Button, new() { Name = "What its layers respond to" }).ClickAsync();
        await Expect(page.Locator(".try-figure")).Not.ToHaveAttributeAsync("src", explained);
        Assert.True(
            await page.Locator(".try-figure").EvaluateAsync<int>("async figure => { await figure.decode(); return figure.naturalWidth; }")
            > 300);
        // A file that is no image leaves neither its broken image nor the answer about the one before.
        await page.Locator(".try-part [data-part=file]").SetInputFilesAsync(
            new FilePayload { Name = "notes.txt", MimeType = "text/plain", Buffer = "not an image"u8.ToArray() });
        await Expect(page.Locator("[data-part=error]")).ToContainTextAsync("notes.txt");
        await Expect(page.Locator(".bars li")).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-part=answer]")).ToHaveTextAsync("");
        await Expect(page.Locator("[data-part=image]")).ToBeHiddenAsync();
        await Given.PasteAsync(page, TestImages.Draw(3));
        await Expect(page.Locator(".try-figure")).ToBeHiddenAsync();
        await Expect(page.Locator("[data-part=image]")).ToHaveJSPropertyAsync("naturalWidth", 48);
        await page.GetByRole(AriaRole.Button, new() { Name = "Camera" }).ClickAsync();
        await Expect(page.Locator("[data-part=rate]")).ToHaveTextAsync(Rate());
        await page.GetByRole(AriaRole.Button, new() { Name = "Camera" }).ClickAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Label_asks_where_it_is_in_doubt_and_keys_answer_and_a_killed_studio_keeps_every_answer()
    {
        await studio.StartAsync();
        using var folder = new TemporaryFolder();
        string root = folder.File("pets");
        CopySome(root);
        string[] unlabelled =
            [.. Directory.GetFiles(Path.Combine(TestImages.DogsVsCats, "valid", "dog")).Take(LabelWork.AnswersPerRun + 2)];
        await using (var process = await StudioProcess.StartAsync(root))
        {
            var page = await studio.Browser.OpenAsync(process.Address);
            await TrainedStudio.TrainAsync(page, "Features and a new head (fast)");
            await page.GetByRole(AriaRole.Link, new() { Name = "Label" }).ClickAsync();
            await AddUnlabelledAsync(page, unlabelled);
            await Expect(page.GetByText($"{Words.Count(unlabelled.Length, "image")} without a class")).ToBeVisibleAsync();
            await Expect(page.Locator(".label-class.guess")).ToBeVisibleAsync(new() { Timeout = 30_000 });
            for (int answers = 1; answers <= LabelWork.AnswersPerRun; answers++)
            {
                await Expect(page.Locator(".label-class.guess")).ToBeVisibleAsync();
                // A guess that has just come is not confirmed by an Enter that was meant for what was there before.
                await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Confirm" })).ToBeEnabledAsync();
                await page.Keyboard.PressAsync(answers % 2 == 0 ? "2" : "Enter");
                await Expect(page.GetByText($"{Words.Count(unlabelled.Length - answers, "image")} without a class")).ToBeVisibleAsync();
            }

            // It learns from the answers by itself, and goes on guessing; the image that is looked at stays.
            string asked = (await page.Locator(".label-image img").GetAttributeAsync("alt"))!;
            var runs = new RunTable(Path.Combine(root, ProjectFolder.StateName, "studio.db"));
            using (var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90)))
            {
                while (runs.Find(2)?.State != RunState.Done)
                    await Task.Delay(100, patience.Token);
            }

            await Expect(page.GetByText("0 answers since the last training")).ToBeVisibleAsync();
            await Expect(page.GetByText("right on images that it was not trained on")).ToBeVisibleAsync();
            await Expect(page.Locator(".label-class.guess")).ToBeVisibleAsync();
            await Expect(page.Locator(".label-image img")).ToHaveAttributeAsync("alt", asked);
            await page.Keyboard.PressAsync("2");
            await Expect(page.GetByText("1 answer since the last training")).ToBeVisibleAsync();
            await page.Keyboard.PressAsync("z");
            await Expect(page.GetByText("0 answers since the last training")).ToBeVisibleAsync();
            await Expect(page.Locator(".label-image img")).ToHaveAttributeAsync("alt", asked);
            await page.Keyboard.PressAsync("2");
            await Expect(page.GetByText("1 image without a class")).ToBeVisibleAsync();
            await process.KillAsync();
        }

        await using var again = await StudioProcess.StartAsync(root);
        var reopened = await studio.Browser.OpenAsync(again.Address);
        await Expect(reopened.Locator("button.pick", new() { HasText = "Without a class" })).ToContainTextAsync("1");
        await Expect(reopened.Locator("button.pick", new() { HasText = "dog" })).ToContainTextAsync(AtLeastTwenty());
        await reopened.Context.CloseAsync();
    }

    internal static async Task<ILocator> CheckAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { NameRegex = CheckName() }).ClickAsync();
        var planted =
            page.Locator("article.finding", new() { Has = page.Locator($"figcaption[title='train/cat/{TrainedStudio.Planted}']") });
        await Expect(planted).ToBeVisibleAsync();
        return planted;
    }

    internal static async Task AdviseAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Measure my images" }).ClickAsync();
        await Expect(page.Locator(".advice-reason")).ToBeVisibleAsync();
    }

    internal static async Task TryAsync(IPage page, string image)
    {
        await page.Locator(".try-part:not([aria-busy]) [data-part=file]").SetInputFilesAsync(image);
        await Expect(page.Locator(".bars li")).ToHaveCountAsync(2);
    }

    internal static Task AddUnlabelledAsync(IPage page, string[] images) =>
        page.Locator(".label-part input[type=file]").First.SetInputFilesAsync(images);

    private static void CopySome(string root)
    {
        foreach (string name in (string[])["cat", "dog"])
        {
            Directory.CreateDirectory(Path.Combine(root, name));
            foreach (string file in Directory.GetFiles(Path.Combine(TestImages.DogsVsCats, "train", name)).Order(StringComparer.Ordinal)
                .Take(10))
                File.Copy(file, Path.Combine(root, name, Path.GetFileName(file)));
        }
    }

    [GeneratedRegex("[23][0-9]")]
    private static partial Regex AtLeastTwenty();

    [GeneratedRegex("frames a second")]
    private static partial Regex Rate();

    [GeneratedRegex("^Check")]
    private static partial Regex CheckName();
}
