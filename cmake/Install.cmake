# Layout of contract: program, configuration, rules, units, man pages.
install(TARGETS ikewatch RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
