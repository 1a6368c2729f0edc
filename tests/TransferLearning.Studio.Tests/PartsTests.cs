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
    public async Task Train_makes_a_classifier_that_is_right_on_97_percent_of_valid()
    {
        var page = await studio.OpenAsync("train");
        string result = await page.Locator(".result strong").InnerTextAsync();
        Assert.InRange(double.Parse(result.TrimEnd('%'), CultureInfo.InvariantCulture), 97, 100);
        string model = Path.Combine(studio.Root, ProjectFolder.StateName, "runs", "1", "model.onnx");
        using var classifier = ImageClassifier.Load(model);
        string[] cats = Directory.GetFiles(Path.Combine(studio.Root, "valid", "cat"));
        Assert.InRange(cats.Count(cat => classifier.Predict(cat).Label == "cat"), cats.Length * 97 / 100, cats.Length);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Check_finds_the_planted_label_and_one_click_mends_it_and_undo_brings_it_back()
    {
        var page = await studio.OpenAsync("check");
        var planted = await CheckAsync(page);
        await planted.GetByRole(AriaRole.Button, new() { Name = "It is dog" }).ClickAsync();
        await Expect(planted).ToHaveCountAsync(0);
        await page.GotoAsync(new Uri(page.Url).GetLeftPart(UriPartial.Authority));
        await page.Locator("button.pick", new() { HasText = "dog" }).First.ClickAsync();
        await Expect(page.Locator($".tile[title='train/cat/{TrainedStudio.Planted}'] .label")).ToHaveTextAsync("dog");
        Assert.True(File.Exists(Path.Combine(studio.Root, "train", "cat", TrainedStudio.Planted)));

        await page.GotoAsync(new Uri(new Uri(page.Url), "/check").AbsoluteUri);
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
        string[] unlabelled = [.. Directory.GetFiles(Path.Combine(TestImages.DogsVsCats, "valid", "dog")).Take(4)];
        int confirmed = 0;
        await using (var process = await StudioProcess.StartAsync(root))
        {
            var page = await studio.Browser.OpenAsync(process.Address);
            await TrainedStudio.TrainAsync(page, "Features and a new head (fast)");
            await page.GetByRole(AriaRole.Link, new() { Name = "Label" }).ClickAsync();
            await AddUnlabelledAsync(page, unlabelled);
            await Expect(page.Locator(".label-class.guess")).ToBeVisibleAsync();
            foreach (string key in (string[])["2", "2", "Enter"])
            {
                await page.Keyboard.PressAsync(key);
                confirmed++;
                await Expect(page.GetByText($"{Words.Count(unlabelled.Length - confirmed, "image")} without a class")).ToBeVisibleAsync();
            }

            await process.KillAsync();
        }

        await using var again = await StudioProcess.StartAsync(root);
        var reopened = await studio.Browser.OpenAsync(again.Address);
        await Expect(reopened.Locator("button.pick", new() { HasText = "Without a class" })).ToContainTextAsync("1");
        await Expect(reopened.Locator("button.pick", new() { HasText = "dog" })).ToContainTextAsync(AtLeastTwelve());
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
        await page.Locator(".try-part [data-part=file]").SetInputFilesAsync(image);
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

    [GeneratedRegex("1[23]")]
    private static partial Regex AtLeastTwelve();

    [GeneratedRegex("frames a second")]
    private static partial Regex Rate();

    [GeneratedRegex("^Check")]
    private static partial Regex CheckName();
}
