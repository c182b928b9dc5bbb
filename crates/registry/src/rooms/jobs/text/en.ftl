job-under-way = At work. The result appears on this page.
job-progress = Progress
job-may-leave = The work goes on if you leave this page.
job-look-again = Look again
job-failed = The work could not be finished. Nothing is lost. Please try again later; if it goes on, ask the operator of the registry.
job-go-on = Go on
