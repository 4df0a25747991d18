package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"timebound/model"
	"timebound/plan/run"
	"timebound/ui/clusterpage"
	"timebound/ui/overview"
	"timebound/ui/theme"
)

// Root is the dashboard's only tea.Model.
type Root struct {
	options Options
	env     *env
	ctx     context.Context
	cancel  context.CancelFunc
	clock   func() time.Time
	after   func(time.Duration, tea.Msg) tea.Cmd

	width, height int
	look          theme.Options
	profile       colorprofile.Profile

	// The data.
	feedGen    int
	snapshot   model.Snapshot
	assessment *model.Assessment
	asked      model.Policy   // the policy that assessment was asked for
	ended      *model.Problem // the feed gives no more
	tickGen    int
	tickAsked  time.Time // when the tick under way was asked for
	tickDue    time.Time
	rejudging  bool // the facts are being judged again
	freshShown string
	planner    *planner
	counted    readings
	file       fileState // of the file that a plan is to be written to

	// Audit logs.
	reading   *logReading     // the reading under way; nil without one
	logPaths  string          // what was read last, as typed
	logsWrong []model.Problem // what went wrong in the last reading

	// What is done.
	runOptions run.Options // of the next run
	reviewGen  int
	live       *live // the run under way; nil without one
	liveGen    int
	leaving    bool // the run is stopped, to quit then

	// What is seen.
	current     PageID
	pages       [pageCount]page
	tokens      *tokenPage
	accounts    *accountPage
	workloads   *workloadPage
	plan        *planPage
	stagedList  *stagedList
	stagedPage  *stagedPage
	activity    *activityPage
	texts       []*textPage
	filterKeys  *keymap
	overlayKeys *keymap
	helpKeys    *keymap
	choiceKeys  *keymap
	promptKeys  *keymap
	reasonKeys  *keymap
	logsKeys    *keymap
	confirmKeys *keymap
	formKeys    *keymap
	overlay     *overlay
	history     []place
	notice      string         // answer to the last key
	afterPlan   func() tea.Cmd // what waits for the plan

	dirty bool
	view  tea.View
	frame []byte
}

// New makes the dashboard. It loads nothing and asks nothing: the first frame
// must not wait.
func New(o Options) *Root {
	ctx, cancel := context.WithCancel(context.Background())
	m := &Root{options: o, ctx: ctx, cancel: cancel, clock: o.Clock, after: after, profile: colorprofile.TrueColor, dirty: true}
	if m.clock == nil {
		m.clock = time.Now
	}
	m.look = theme.Options{Dark: o.Background == BackgroundDark, Basic: o.Background == BackgroundAsk, NoColor: o.NoColor, ASCII: o.ASCII}
	m.env = &env{styles: theme.New(m.look), staging: &staging{}}
	m.runOptions = run.Defaults()
	m.planner = &planner{env: m.env, know: o.Migration, policy: o.PlanPolicy}
	global, shared := globalActions(), listActions()
	m.tokens = newListPage(m.env, tokenSpec(m.env), shared, global)
	m.accounts = newListPage(m.env, accountSpec(m.env), shared, global)
	m.workloads = newListPage(m.env, workloadSpec(m.env), shared, global)
	over := newTextPage(m.env, PageOverview, global, func(a *model.Assessment, st *theme.Styles, w, h int) []string {
		return overview.Lines(a, m.snapshot, overview.Beside{Plan: m.planner.plan(), Counted: m.counted.before}, st, w, h)
	})
	over.more = m.planner.refreshRead
	settings := newTextPage(m.env, PageCluster, global, func(a *model.Assessment, st *theme.Styles, w, h int) []string {
		return clusterpage.Lines(a, m.snapshot, m.counted.before, st, w, h)
	})
	m.texts = []*textPage{over, settings}
	m.plan = newPlanPage(m.env, m.planner, global)
	m.stagedPage = newStagedPage(m.env, shared, global)
	m.stagedList = m.stagedPage.stagedList
	m.activity = newActivityPage(m.ctx, m.env, o, m.stagePolicy().SoakDays, global)
	m.pages = [pageCount]page{over, m.tokens, m.accounts, m.workloads, settings, m.plan, m.stagedPage, m.activity}
	m.filterKeys = newKeymap(section{"Filter", filterActions()})
	m.overlayKeys = newKeymap(section{"Overlay", overlayActions()})
	m.helpKeys = newKeymap(section{"Help", helpActions()})
	m.choiceKeys = newKeymap(section{"Choice", choiceActions()})
	m.promptKeys = newKeymap(section{"File name", promptActions()})
	m.reasonKeys = newKeymap(section{"Reason", reasonActions()})
	m.logsKeys = newKeymap(section{"Audit logs", logsActions()})
	m.confirmKeys = newKeymap(section{"Confirm", confirmActions()})
	m.formKeys = newKeymap(section{"Options", formActions()})
	m.resize(80, 24)
	return m
}

// Close stops what works in the background. It is safe to call twice.
func (m *Root) Close() { m.cancel() }

// Init begins to pull data and to read the audit logs that were named, and asks
// the terminal for its background.
func (m *Root) Init() tea.Cmd {
	cmds := []tea.Cmd{m.pull()}
	if m.options.Background == BackgroundAsk && !m.options.NoColor {
		cmds = append(cmds, tea.RequestBackgroundColor)
	}
	if paths := m.options.AuditPaths; paths != "" {
		cmds = append(cmds, m.readLogs(paths))
	}
	return tea.Batch(cmds...)
}

// Update routes a message to who handles it.
func (m *Root) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return m, m.onKey(msg)
	case snapshotMsg:
		return m, m.onSnapshot(msg)
	case assessedMsg:
		return m, m.onAssessed(msg)
	case rowsMsg:
		m.dirty = true
		return m, m.pages[msg.page].(lister).onRows(msg)
	case plannedMsg:
		return m, m.onPlanned(msg)
	case stagedMsg:
		return m, m.onStaged(msg)
	case stagedLoadedMsg:
		return m, m.onStagedLoaded(msg)
	case stagedSavedMsg:
		return m, m.onStagedSaved(msg)
	case reviewedMsg:
		return m, m.onReviewed(msg)
	case reviewTickMsg:
		return m, m.onReviewTick(msg)
	case reviewLaidMsg:
		return m, m.onReviewLaid(msg)
	case runBegunMsg:
		return m, m.onRunBegun(msg)
	case pollDueMsg:
		return m, m.onPollDue(msg)
	case polledMsg:
		return m, m.onPolled(msg)
	case runsMsg:
		return m, m.onRuns(msg)
	case runOverMsg:
		return m, m.onRunOver(msg)
	case runReadMsg:
		return m, m.onRunRead(msg)
	case recheckedMsg:
		return m, m.onRechecked(msg)
	case heardMsg:
		m.onHeard(msg)
	case readingDueMsg:
		return m, m.onReadingDue(msg)
	case logsReadMsg:
		m.onLogsRead(msg)
	case pausedMsg:
		return m, m.onPaused()
	case fileCheckedMsg:
		m.onFileChecked(msg)
	case planWrittenMsg:
		m.onPlanWritten(msg)
	case tickMsg:
		return m, m.onTick(msg)
	case restedMsg:
		m.onRested(msg)
	case tea.WindowSizeMsg:
		m.resize(msg.Width, msg.Height)
		return m, m.page().refresh()
	case tea.ResumeMsg:
		m.dirty = true // what tells a time is old
		return m, tea.Batch(m.scheduleTick(), m.rejudge())
	case tea.BackgroundColorMsg:
		m.onBackground(msg)
		return m, m.page().refresh()
	case tea.ColorProfileMsg:
		m.profile = msg.Profile
		m.restyle()
		return m, m.page().refresh()
	case nil:
	default:
		return m, m.toText(msg) // a paste, for instance
	}
	return m, nil
}

// onKey gives a key to the first who wants it: quit, the overlay in front, the
// filter that is being typed, the page.
func (m *Root) onKey(msg tea.KeyPressMsg) tea.Cmd {
	m.dirty = true
	m.notice = ""
	name := msg.String()
	switch name {
	case "ctrl+c":
		return m.quit()
	case "ctrl+z":
		return tea.Suspend
	}
	if m.overlay != nil && m.overlay.deaf {
		return nil
	}
	cmd, done := m.press(m.keymap(), name)
	switch {
	case done:
	case m.typing(), m.prompting():
		cmd = m.toText(msg)
	case m.overlay != nil && m.overlay.help != nil && msg.Mod&^tea.ModShift == 0:
		m.overlay.help.typed(msg.Text)
	}
	// A machine that slept over midnight may wake up before its timers do.
	if again := m.rejudge(); again != nil {
		return tea.Batch(cmd, again)
	}
	return cmd
}

// keymap gives the actions that keys call now.
func (m *Root) keymap() *keymap {
	switch {
	case m.overlay != nil && m.overlay.help != nil:
		return m.helpKeys
	case m.overlay != nil && m.overlay.choice != nil:
		return m.choiceKeys
	case m.prompting():
		return m.overlay.prompt.keys
	case m.overlay != nil && m.overlay.form != nil:
		return m.formKeys
	case m.overlay != nil:
		return m.overlayKeys
	case m.typing():
		return m.filterKeys
	}
	return m.page().keymap()
}

// typing says whether a filter is being typed.
func (m *Root) typing() bool {
	l, ok := m.page().(lister)
	return ok && m.overlay == nil && l.bar().Focused()
}

// prompting says whether a text is being typed into an overlay.
func (m *Root) prompting() bool { return m.overlay != nil && m.overlay.prompt != nil }

// toText gives a key or a paste to the text that is being typed.
func (m *Root) toText(msg tea.Msg) tea.Cmd {
	if m.prompting() {
		if m.overlay.deaf {
			return nil
		}
		return m.toPrompt(msg)
	}
	if !m.typing() {
		return nil
	}
	m.dirty = true
	l := m.lister()
	changed, cmd := l.bar().Update(msg)
	if !changed {
		return cmd
	}
	return tea.Batch(cmd, l.filterChanged(), m.moved())
}

func (m *Root) page() page        { return m.pages[m.current] }
func (m *Root) lister() lister    { return m.page().(lister) }
func (m *Root) list() list        { return m.lister().list() }
func (m *Root) scroller() *scroll { return m.page().scroller() }

func (m *Root) resize(width, height int) {
	m.width, m.height = width, height
	for _, p := range m.pages {
		p.resize(width, max(0, height-linesAbove-linesBelow))
	}
	m.dirty = true
}

func (m *Root) onBackground(msg tea.BackgroundColorMsg) {
	if m.options.Background != BackgroundAsk {
		return
	}
	m.look.Dark, m.look.Basic = msg.IsDark(), false
	m.restyle()
}

// restyle builds the styles for what is known of the terminal.
func (m *Root) restyle() {
	look := m.look
	look.NoColor = look.NoColor || m.profile <= colorprofile.ASCII
	look.Basic = look.Basic || m.profile == colorprofile.ANSI
	if look == m.env.styles.Options {
		return
	}
	m.env.styles = theme.New(look)
	for _, p := range m.pages {
		p.restyle()
	}
	m.dirty = true
}
