using Microsoft.Playwright;
using TransferLearning.Studio.Tests.TestSupport;
using static Microsoft.Playwright.Assertions;

namespace TransferLearning.Studio.Tests;

/// <summary>The part Images in Chromium.</summary>
public sealed class ImagesPartTests(TrainedStudio shared)
{
    [Fact]
    public async Task Images_are_selected_labelled_moved_excluded_and_it_is_undone_by_keys_alone()
    {
        using var folder = new TemporaryFolder();
        TestImages.WriteClasses(folder.Path, 10, "circle", "square");
        await using var studio = await StudioProcess.StartAsync(folder.Path);
        var page = await shared.Browser.OpenAsync(studio.Address);
        var grid = page.GetByRole(AriaRole.Listbox);
        var tiles = grid.GetByRole(AriaRole.Option);
        await Expect(tiles).ToHaveCountAsync(20);
        Assert.Equal("10 10", await CountsAsync(page, "circle", "square"));

        await grid.FocusAsync();
        foreach (string key in (string[])["Home", "Shift+ArrowRight", "Shift+ArrowRight", "2"])
            await page.Keyboard.PressAsync(key);
        await Expect(Pick(page, "square")).ToContainTextAsync("13");
        await page.Keyboard.PressAsync("s");
        await Expect(Pick(page, "Test")).ToContainTextAsync("3");
        await page.Keyboard.PressAsync("x");
        await Expect(tiles).ToHaveCountAsync(17);
        await Expect(Pick(page, "Excluded")).ToContainTextAsync("3");
        for (int i = 0; i < 3; i++)
            await page.Keyboard.PressAsync("Control+z");
        await Expect(Pick(page, "circle")).ToContainTextAsync("10");
        await Expect(tiles).ToHaveCountAsync(20);
        Assert.Equal("10 10", await CountsAsync(page, "circle", "square"));
        await page.Keyboard.PressAsync("Control+y");
        await Expect(Pick(page, "square")).ToContainTextAsync("13");
        Assert.Equal(20, Directory.GetFiles(folder.Path, "*.png", SearchOption.AllDirectories).Count(IsOriginal));
    }

    [Fact]
    public async Task An_empty_project_gets_classes_and_images_and_a_second_tab_and_a_killed_studio_lose_nothing()
    {
        using var folder = new TemporaryFolder();
        string root = folder.File("new");
        byte[][] drawn = [.. Enumerable.Range(0, 6).Select(i => TestImages.Draw(i))];
        await using (var studio = await StudioProcess.StartAsync(root))
        {
            var page = await shared.Browser.OpenAsync(studio.Address);
            await page.Locator(".studio-nav a[href='advise']").ClickAsync();
            await Expect(page.GetByText("it needs labelled images of two")).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Measure my images" })).ToBeDisabledAsync();
            await page.Locator(".studio-nav a[href='']").ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "New class" }).ClickAsync();
            var name = page.GetByLabel("Name");
            await name.FillAsync("star");
            await name.PressAsync("Enter");
            await Expect(Pick(page, "star")).ToHaveAttributeAsync("aria-pressed", "true");
            await page.Locator("input[type=file]").First.SetInputFilesAsync(
                drawn.Select((bytes, i) => new FilePayload { Name = $"{i}.png", MimeType = "image/png", Buffer = bytes }));
            await Expect(page.GetByRole(AriaRole.Option)).ToHaveCountAsync(6);

            await page.GetByRole(AriaRole.Button, new() { Name = "Camera" }).ClickAsync();
            await Expect(page.Locator(".camera")).ToHaveJSPropertyAsync("paused", false);
            await page.Locator(".hold").HoverAsync();
            await page.Mouse.DownAsync();
            await Expect(page.GetByText("images taken")).ToBeVisibleAsync();
            await page.Mouse.UpAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
            await Expect(Pick(page, "star")).Not.ToContainTextAsync("6");
            int taken = Directory.GetFiles(Path.Combine(root, ProjectFolder.StateName, "added"), "*.jpg").Length;
            Assert.InRange(taken, 2, 100);
            // All that was taken while the button was held is one step.
            await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).First.ClickAsync();
            await Expect(Pick(page, "star")).ToContainTextAsync("6");

            var second = await page.Context.NewPageAsync();
            await ChromiumBrowser.GoToAsync(second, studio.Address);
            await Expect(Pick(second, "star")).ToContainTextAsync("6");
            await page.GetByRole(AriaRole.Option).First.ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Exclude" }).ClickAsync();
            await Expect(Pick(second, "star")).ToContainTextAsync("5");
            // What one tab has done, another one takes back.
            await second.GetByRole(AriaRole.Button, new() { Name = "Undo" }).First.ClickAsync();
            await Expect(Pick(page, "star")).ToContainTextAsync("6");
            await second.GetByRole(AriaRole.Button, new() { Name = "Redo" }).First.ClickAsync();
            await Expect(Pick(page, "star")).ToContainTextAsync("5");
            await studio.KillAsync();
        }

        await using (var again = await StudioProcess.StartAsync(root))
        {
            var page = await shared.Browser.OpenAsync(again.Address);
            await Expect(Pick(page, "star")).ToContainTextAsync("5");
            await Expect(Pick(page, "Excluded")).ToContainTextAsync("1");
            await page.GetByRole(AriaRole.Button, new() { Name = "Write to disk" }).ClickAsync();
            await page.GetByLabel("New folder").FillAsync(folder.File("written"));
            await page.GetByRole(AriaRole.Button, new() { Name = "Write", Exact = true }).ClickAsync();
            await page.GetByText("5 images written").WaitForAsync();
            // Under the names that they were added with.
            string[] written = Directory.GetFiles(folder.File("written"), "*.png", SearchOption.AllDirectories);
            Assert.Equal(5, written.Length);
            Assert.Subset(Enumerable.Range(0, 6).Select(i => $"{i}.png").ToHashSet(), written.Select(Path.GetFileName).ToHashSet()!);
        }
    }

    [Fact]
    public async Task A_message_undoes_its_own_step_alone_and_a_name_that_is_taken_is_asked_about()
    {
        using var folder = new TemporaryFolder();
        TestImages.WriteClasses(folder.Path, 4, "circle", "square");
        await using var studio = await StudioProcess.StartAsync(folder.Path);
        var page = await shared.Browser.OpenAsync(studio.Address);
        var message = page.Locator(".mud-snackbar");
        await MenuAsync(page, "circle", "Rename …");
        // The field has the focus, and the menu is gone.
        await Expect(page.GetByLabel("New name")).ToBeFocusedAsync();
        await Expect(page.Locator(".mud-popover-open")).ToHaveCountAsync(0);
        await page.Keyboard.TypeAsync("square");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("This joins 4 images of 'circle' to it.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Join", Exact = true }).ClickAsync();
        await Expect(Pick(page, "square")).ToContainTextAsync("8");
        await message.GetByText("Undo").ClickAsync();
        await Expect(Pick(page, "circle")).ToContainTextAsync("4");

        await page.GetByRole(AriaRole.Option).First.ClickAsync();
        await page.Keyboard.PressAsync("x");
        await Expect(Pick(page, "Excluded")).ToContainTextAsync("1");
        await MenuAsync(page, "square", "Delete the class");
        await Expect(message).ToContainTextAsync("Class 'square' deleted; 4 images without a class");
        // Another tab takes it back first: the message must not take back what was done before.
        var second = await page.Context.NewPageAsync();
        await ChromiumBrowser.GoToAsync(second, studio.Address);
        await second.GetByRole(AriaRole.Button, new() { Name = "Undo: class 'square' deleted" }).ClickAsync();
        await Expect(Pick(page, "square")).ToContainTextAsync("4");
        await message.GetByText("Undo").ClickAsync();
        await Expect(message).ToContainTextAsync("Already undone.");
        await Expect(Pick(page, "Excluded")).ToContainTextAsync("1");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Folders_files_and_zips_are_dropped_and_nothing_of_a_hostile_zip_gets_out_of_the_studios_folder()
    {
        using var folder = new TemporaryFolder();
        string root = folder.File("new"), set = folder.File("set");
        Directory.CreateDirectory(set);
        TestImages.WriteClasses(Path.Combine(set, "train"), 3, "cat", "dog");
        TestImages.WriteClasses(Path.Combine(set, "valid"), 1, "cat");
        File.WriteAllBytes(Path.Combine(set, "valid", "cat", "0.png"), TestImages.Draw(50));
        string one = folder.File("one.png"), zip = folder.File("some.zip"), bomb = folder.File("bomb.zip"), lie = folder.File("lie.zip");
        File.WriteAllBytes(one, TestImages.Draw(60));
        Given.WriteZip(
            zip, ("top/bird/1.png", TestImages.Draw(70)), ("top/bird/2.png", TestImages.Draw(71)), ("../../out.png", TestImages.Draw(72)),
            ("__MACOSX/top/bird/._1.png", [0, 5, 22, 7]), ("top/.DS_Store", [0]), ("top/notes.txt", "not an image"u8.ToArray()));
        byte[] tooMuch = new byte[ImageUploads.MostImageBytes + 1];
        TestImages.Draw(80).CopyTo(tooMuch, 0);
        Given.WriteZip(bomb, ("bomb/large.png", tooMuch));
        File.Copy(bomb, lie);
        Given.Understate(lie);

        await using var studio = await StudioProcess.StartAsync(root);
        var page = await shared.Browser.OpenAsync(studio.Address);
        var main = page.Locator(".images-main");
        await Given.DropAsync(page, main, set);
        await Expect(Pick(page, "All")).ToContainTextAsync("7");
        Assert.Equal("4 3", await CountsAsync(page, "cat", "dog"));
        await Expect(Pick(page, "Validation")).ToContainTextAsync("1");
        await Given.DropAsync(page, page.Locator("[data-class=dog]"), one);
        await Expect(Pick(page, "dog")).ToContainTextAsync("4");
        await Given.DropAsync(page, main, zip);
        await Expect(Pick(page, "bird")).ToContainTextAsync("2");
        await Expect(page.GetByText("notes.txt")).ToBeVisibleAsync();
        await Expect(page.GetByText("'../../out.png' points out of the zip")).ToBeVisibleAsync();
        // Messages go after a while: the second one comes when the first has gone.
        var refused = page.GetByText("bomb/large.png");
        foreach (string large in (string[])[bomb, lie])
        {
            await Given.DropAsync(page, main, large);
            await Expect(refused).ToBeVisibleAsync();
            await Expect(refused).ToHaveCountAsync(0);
        }

        await Expect(Pick(page, "All")).ToContainTextAsync("10");
        // A drop is one step.
        for (int i = 0; i < 3; i++)
            await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).First.ClickAsync();
        await Expect(Pick(page, "All")).ToContainTextAsync("0");
        Assert.Empty(Directory.GetFiles(folder.Path, "out.png", SearchOption.AllDirectories));
        Assert.DoesNotContain(Directory.GetFiles(root, "*", SearchOption.AllDirectories), IsOriginal);
    }

    private static async Task MenuAsync(IPage page, string name, string item)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = $"Rename or delete {name}" }).ClickAsync();
        await page.GetByText(item).ClickAsync();
    }

    private static bool IsOriginal(string path) => !path.Contains(ProjectFolder.StateName, StringComparison.Ordinal);

    private static ILocator Pick(IPage page, string name) => page.Locator("button.pick", new() { HasText = name }).First;

    private static async Task<string> CountsAsync(IPage page, params string[] names)
    {
        var counts = new List<string>();
        foreach (string name in names)
            counts.Add(await Pick(page, name).Locator(".count").InnerTextAsync());
        return string.Join(' ', counts);
    }
}
